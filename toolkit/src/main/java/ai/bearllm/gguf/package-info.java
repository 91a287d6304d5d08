/** Reads GGUF files: header, metadata, tensor table. {@code Gguf} is the door. */
@NullMarked
package ai.bearllm.gguf;

import org.jspecify.annotations.NullMarked;
