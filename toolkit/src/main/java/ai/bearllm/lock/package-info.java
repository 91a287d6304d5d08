/** Exclusive locks between processes: the one class that opens lock files, so that nobody drops a lock by reading one. */
@NullMarked
package ai.bearllm.lock;

import org.jspecify.annotations.NullMarked;
