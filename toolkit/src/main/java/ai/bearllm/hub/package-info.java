/** The Hugging Face Hub, and the HTTP rules that every request follows. */
@NullMarked
package ai.bearllm.hub;

import org.jspecify.annotations.NullMarked;
