/** Sheets as Tablesaw tables and as accessible HTML. Only user of Tablesaw. */
@NullMarked
package ai.bearllm.table;

import org.jspecify.annotations.NullMarked;
