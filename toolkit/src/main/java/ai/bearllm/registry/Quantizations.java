package ai.bearllm.registry;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.model.Status;
import ai.bearllm.table.Tabular;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The models of a repository side by side: how large, how much memory, and whether that fits this machine. */
public final class Quantizations implements Tabular {
    private final String repository;
    private final int contextTokens;
    private final Fitting here;
    private final List<Row> rows;

    Quantizations(String repository, int contextTokens, Fitting here, List<Row> rows) {
        this.repository = repository;
        this.contextTokens = contextTokens;
        this.here = here;
        this.rows = List.copyOf(rows);
    }

    /**
     * One model.
     *
     * @param model which
     * @param bitsPerWeight on average, scales included; empty where unknown
     * @param memoryBytes what it takes when it is loaded; empty where unknown
     * @param need what of it must be free, with the error bar that loads here have taught; empty where unknown
     * @param basis how the memory was computed, or why it is unknown
     */
    public record Row(
            HubModel model,
            OptionalDouble bitsPerWeight,
            OptionalLong memoryBytes,
            Optional<Fit.Range> need,
            String basis) {}

    /** Whether a model fits this machine at this moment, judged as {@link Model#fitsHere()} does, but for the disk. */
    public Status fit(Row row) {
        return row.need().map(here::verdict).orElse(Fit.Verdict.UNKNOWN).status();
    }

    /** Each model, those that need the least memory first, those of which it is unknown last. */
    public List<Row> rows() {
        return rows;
    }

    /** The one that loses least of the original and fits this machine; empty where none does, or nobody knows. */
    public Optional<HubModel> best() {
        Optional<Row> best = Optional.empty();
        for (Row row : rows) {
            if (fit(row).tone() == Status.Tone.GOOD) {
                // They are in the order of their memory.
                best = Optional.of(row);
            }
        }
        return best.map(Row::model);
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(Shown.line(repository) + " with a context of " + contextTokens + " tokens")
                .columns("quantization", "file", "size", "bits per weight", "memory", "at most", "here", "basis");
        for (Row row : rows) {
            sheet.row(
                    row.model().quantization().orElse(null),
                    Shown.line(row.model().path()),
                    row.model().size().orElse(null),
                    row.bitsPerWeight().isPresent()
                            ? String.format(
                                    Locale.ROOT, "%.2f", row.bitsPerWeight().getAsDouble())
                            : null,
                    row.memoryBytes().isPresent()
                            ? new ByteSize(row.memoryBytes().getAsLong())
                            : null,
                    row.need().map(Fit.Range::high).orElse(null),
                    fit(row),
                    row.basis());
        }
        rows.stream()
                .flatMap(row -> row.need().stream())
                .findFirst()
                .ifPresent(need -> sheet.note("The error bar of the memory: " + need.basis() + "."));
        sheet.note("Free memory here: " + here.free().map(ByteSize::toString).orElse("unknown") + ".");
        best().ifPresent(model -> sheet.note("The largest that fits: .file(\""
                + Shown.line(model.quantization().orElse(model.path())) + "\")."));
        return sheet.build();
    }

    @Override
    public String toString() {
        return Shown.line(rows.size() + " models of " + repository
                + best().flatMap(HubModel::quantization)
                        .map(name -> ", the largest that fits is " + name)
                        .orElse(""));
    }
}
