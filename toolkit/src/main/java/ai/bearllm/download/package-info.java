/** Fetches a file: one HTTP stream, hashed while it arrives, moved into place when verified. */
@NullMarked
package ai.bearllm.download;

import org.jspecify.annotations.NullMarked;
