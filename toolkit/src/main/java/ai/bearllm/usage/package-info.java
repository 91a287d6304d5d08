/** Usage statistics: one run record a run, local only, without any text. */
@NullMarked
package ai.bearllm.usage;

import org.jspecify.annotations.NullMarked;
