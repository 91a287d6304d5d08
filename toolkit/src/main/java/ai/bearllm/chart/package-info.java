/** Charts with intervals, light and dark, each a figure with a label and its data table. Only user of XChart. */
@NullMarked
package ai.bearllm.chart;

import org.jspecify.annotations.NullMarked;
