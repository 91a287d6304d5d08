package ai.bearllm.bench;

import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.table.Tabular;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Every run of a benchmark in the order in which they ran.
 *
 * @param list the runs, warm-ups included
 */
public record Samples(List<Sample> list) implements Tabular {
    public Samples {
        list = List.copyOf(list);
    }

    /** Those that are part of the statistics. */
    public Samples counting() {
        return new Samples(list.stream()
                .filter(sample -> sample.round() > 0 && sample.counts())
                .toList());
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Samples of a benchmark, in the order in which they ran")
                .columns("position", "round", "model", "engine");
        for (Metric metric : Metric.values()) {
            sheet.column(metric.label(), metric.unit());
        }
        sheet.columns("prompt tokens", "generated tokens", "cached tokens", "when", "remark");
        list.forEach(sample -> sheet.row(cells(sample)));
        return sheet.note("Round 0 is the warm-up; it is not part of any statistics.")
                .build();
    }

    private static @Nullable Object[] cells(Sample sample) {
        RunRecord.Tokens tokens = sample.run().map(RunRecord::tokens).orElse(RunRecord.Tokens.UNKNOWN);
        return new @Nullable Object[] {
            sample.position(),
            sample.round(),
            sample.configuration().model().toString(),
            sample.configuration().engine(),
            boxed(sample.value(Metric.PROMPT)),
            boxed(sample.value(Metric.GENERATION)),
            boxed(sample.value(Metric.FIRST_TOKEN)),
            boxed(tokens.prompt()),
            boxed(tokens.generated()),
            boxed(tokens.cached()),
            sample.run().map(RunRecord::when).orElse(null),
            sample.excluded().orElse("")
        };
    }

    static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static @Nullable Integer boxed(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }

    @Override
    public String toString() {
        return Shown.line("samples: " + list.size() + " runs of a benchmark, "
                + counting().list().size() + " of them count");
    }
}
