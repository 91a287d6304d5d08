/** Fetches files: journaled and resumed, over as many connections as are of use, shared between processes, verified, mended. */
@NullMarked
package ai.bearllm.download;

import org.jspecify.annotations.NullMarked;
