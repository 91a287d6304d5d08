/** Forecasts from a model file's metadata: memory, loss by quantization, and whether its size is what it should be. */
@NullMarked
package ai.bearllm.estimate;

import org.jspecify.annotations.NullMarked;
