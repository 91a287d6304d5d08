/** Progress events with a written grammar, cancellation, values shown live, and work on the toolkit's own threads. Uses only {@code model}. */
@NullMarked
package ai.bearllm.progress;

import org.jspecify.annotations.NullMarked;
