/** The report file: results, raw samples, models and environment in one self-contained HTML page. */
@NullMarked
package ai.bearllm.report;

import org.jspecify.annotations.NullMarked;
