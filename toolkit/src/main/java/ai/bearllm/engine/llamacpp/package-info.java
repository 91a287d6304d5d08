/** llama.cpp through java-llama.cpp. Found by the service loader, imported by nobody. */
@NullMarked
package ai.bearllm.engine.llamacpp;

import org.jspecify.annotations.NullMarked;
