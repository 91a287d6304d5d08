package ai.bearllm.registry;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.model.Status;
import java.util.List;
import java.util.Optional;

/**
 * Whether a model fits this machine, with the numbers and reasons; what is not known is said, never guessed.
 *
 * @param model the model
 * @param contextTokens the context that it is about
 * @param verdict the answer
 * @param memory what it will need of main memory; empty where that is unknown
 * @param available what could be used now; empty where the system does not tell
 * @param total what this process may ever use: the machine's memory, or the limit of its container; empty likewise
 * @param reasons in sentences
 */
public record Fit(
        ModelId model,
        int contextTokens,
        Verdict verdict,
        Optional<Range> memory,
        Optional<ByteSize> available,
        Optional<ByteSize> total,
        List<String> reasons)
        implements Shown {
    public Fit {
        reasons = List.copyOf(reasons);
    }

    /** The answer. */
    public enum Verdict {
        /** Even the most that it may need is free now, and so is the disk that it still needs. */
        FITS("fits"),
        /** It may fit: only if the forecast's better half holds, or other programs end. */
        TIGHT("tight"),
        /** Even the least that it may need is more than this process may ever have, or the disk is too small. */
        DOES_NOT_FIT("does not fit"),
        /** Its memory or this machine's is not known. */
        UNKNOWN("unknown");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        Status status() {
            return switch (this) {
                case FITS -> Status.good(words);
                case TIGHT -> Status.warning(words);
                case DOES_NOT_FIT -> Status.bad(words);
                case UNKNOWN -> Status.neutral(words);
            };
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * A forecast with its error bar.
     *
     * @param low the least
     * @param expected what is expected
     * @param high the most
     * @param basis what the bar was learned from
     */
    public record Range(ByteSize low, ByteSize expected, ByteSize high, String basis) {}

    /** Whether it fits without reserve. */
    public boolean fits() {
        return verdict == Verdict.FITS;
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString())
                .columns("what", "value")
                .row("verdict", verdict.status())
                .row("context", contextTokens + " tokens")
                .row("memory it needs", memory.map(Range::expected).orElse(null));
        memory.ifPresent(range ->
                sheet.row("at least", range.low()).row("at most", range.high()).row("error bar", range.basis()));
        sheet.row("memory free here", available.orElse(null)).row("memory in all", total.orElse(null));
        reasons.forEach(sheet::note);
        return sheet.build();
    }

    @Override
    public String toString() {
        String need = memory.map(range -> ": needs about " + range.expected()).orElse("");
        String free = available.map(size -> ", " + size + " are free").orElse("");
        return Shown.line(verdict + need + (need.isEmpty() ? "" : free) + " (" + model.name() + ")");
    }
}
