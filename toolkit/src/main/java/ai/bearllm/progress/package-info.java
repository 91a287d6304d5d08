/** Progress events with a written grammar, cancellation, and work that runs on the toolkit's own threads. This package uses no other. */
@NullMarked
package ai.bearllm.progress;

import org.jspecify.annotations.NullMarked;
