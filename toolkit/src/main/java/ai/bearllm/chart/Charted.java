package ai.bearllm.chart;

import ai.bearllm.model.Shown;
import java.util.Optional;

/** A shown value with a small chart: a notebook shows it below the table. */
public interface Charted extends Shown {
    /** The chart, of values read at this moment; empty where there is nothing to draw. */
    Optional<Figure> figure();
}
