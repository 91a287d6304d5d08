/** Shows the toolkit in the IJava kernel. Loaded only where that kernel runs. */
@NullMarked
package ai.bearllm.notebook.ijava;

import org.jspecify.annotations.NullMarked;
