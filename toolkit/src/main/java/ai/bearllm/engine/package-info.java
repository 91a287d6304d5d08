/** The contract of every engine: a provider creates an engine, an engine loads a model into a session, a session generates. Implementations live in subpackages that nobody imports. */
@NullMarked
package ai.bearllm.engine;

import org.jspecify.annotations.NullMarked;
