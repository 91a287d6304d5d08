/** Hosts a local engine in a child process, so that a native crash ends the worker and never the notebook. {@code WorkerEngine} is the door and is itself an engine. */
@NullMarked
package ai.bearllm.worker;

import org.jspecify.annotations.NullMarked;
