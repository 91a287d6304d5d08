/** Measures models: interleaved samples, intervals, verdicts, and the environment they hold for. */
@NullMarked
package ai.bearllm.bench;

import org.jspecify.annotations.NullMarked;
