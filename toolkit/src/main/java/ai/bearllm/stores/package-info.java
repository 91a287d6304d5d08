/**
 * Looks for GGUF files that other programs keep on this machine: Hugging Face's cache, Ollama, LM Studio, llama.cpp, and folders.
 * {@link ai.bearllm.stores.ForeignStores} is the door; nothing is written, no file is read whole, and nothing that a store
 * says about a file is believed.
 */
@NullMarked
package ai.bearllm.stores;

import org.jspecify.annotations.NullMarked;
