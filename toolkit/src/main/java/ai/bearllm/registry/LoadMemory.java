package ai.bearllm.registry;

import ai.bearllm.estimate.ErrorBar;
import ai.bearllm.model.BearException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers by how much measured loads differed from their forecasts, in a small file, so that a forecast needs no database.
 * The statistics keep the whole observations; this keeps their ratios alone.
 */
final class LoadMemory {
    private static final Logger LOG = System.getLogger(LoadMemory.class.getName());
    private static final String RATIOS = "measuredToForecast";

    private final JsonFile file;

    LoadMemory(Path file) {
        this.file = new JsonFile(file, "Delete it: forecasts then begin to learn anew.");
    }

    /** Adds a load; one that is too small to tell anything is passed over. Never throws for want of a place to write. */
    void add(long forecastBytes, long measuredBytes) {
        if (forecastBytes < ErrorBar.LEAST_BYTES || measuredBytes <= 0) {
            return;
        }
        try {
            file.update(object -> {
                ArrayNode ratios = object.path(RATIOS) instanceof ArrayNode known ? known : object.putArray(RATIOS);
                ratios.add(Math.round(1e4 * measuredBytes / forecastBytes) / 1e4);
                while (ratios.size() > ErrorBar.MOST_LOADS) {
                    ratios.remove(0);
                }
            });
        } catch (BearException e) {
            LOG.log(Logger.Level.DEBUG, "a load's memory could not be remembered", e);
        }
    }

    /** What was learned so far; the benchmark alone where nothing was, or the file is damaged. */
    ErrorBar bar() {
        List<Double> known = new ArrayList<>();
        try {
            for (JsonNode ratio : file.read().path(RATIOS)) {
                if (ratio.isNumber()) {
                    known.add(ratio.asDouble());
                }
            }
        } catch (BearException e) {
            LOG.log(Logger.Level.DEBUG, "nothing can be learned from loads", e);
        }
        return ErrorBar.of(known);
    }
}
