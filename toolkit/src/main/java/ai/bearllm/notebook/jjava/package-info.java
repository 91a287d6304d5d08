/** Shows the toolkit in the JJava kernel. Loaded by that kernel, or where it runs; needs nothing else of the notebook. */
@NullMarked
package ai.bearllm.notebook.jjava;

import org.jspecify.annotations.NullMarked;
