/** How the toolkit is seen: adapters for the kernels, renderers, live progress; a console where there is no kernel. */
@NullMarked
package ai.bearllm.notebook;

import org.jspecify.annotations.NullMarked;
