package ai.bearllm.estimate;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a quantization costs in quality, as it was measured on one model of seven or eight billion parameters.
 *
 * <p>It is a hint to choose by, no forecast: the figure does not carry over to other models, least of all to small ones, which
 * lose more.
 *
 * @param quantization for example {@code Q4_K_M}
 * @param perplexityIncrease against the unquantized model; small negative values are noise
 * @param measuredOn the model that it was measured on
 * @param bitsPerWeight of the file that was asked about; empty where a quantization was asked about alone
 * @param parameters of that file; empty as there, or where it holds none
 */
public record QuantizationLoss(
        String quantization,
        double perplexityIncrease,
        String measuredOn,
        OptionalDouble bitsPerWeight,
        OptionalLong parameters)
        implements Shown {
    /** Where the figures come from. */
    public static final String SOURCE = "the help text of llama.cpp's quantize tool, 2026";

    private static final String CAVEAT = "It does not carry over to other models; small models lose more.";
    private static final long SMALL = 3_000_000_000L;

    /** The loss in words. The bounds are this toolkit's, on the increase of perplexity. */
    public enum Label {
        /** Less than 0.05. */
        NEARLY_LOSSLESS("nearly lossless"),
        /** Less than 0.3. */
        SMALL("small loss"),
        /** Less than 1. */
        NOTICEABLE("noticeable loss"),
        /** 1 or more. */
        STRONG("strong loss");

        private final String words;

        Label(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * The loss of a quantization; empty where nobody has published one that is known here.
     *
     * @param quantization for example {@code Q4_K_M}, in any case
     */
    public static Optional<QuantizationLoss> of(String quantization) {
        return Optional.ofNullable(Known.BY_NAME.get(quantization.toUpperCase(Locale.ROOT)));
    }

    /** The loss of a file's quantization; empty where that is not known, or the file is not quantized. */
    public static Optional<QuantizationLoss> of(Gguf gguf) {
        return gguf.quantization()
                .flatMap(QuantizationLoss::of)
                .map(loss -> new QuantizationLoss(
                        loss.quantization,
                        loss.perplexityIncrease,
                        loss.measuredOn,
                        gguf.bitsPerWeight(),
                        gguf.parameters()));
    }

    /** Every quantization whose loss is known, the smallest loss first. */
    public static List<QuantizationLoss> all() {
        return Known.ALL;
    }

    /** The loss in words. */
    public Label label() {
        if (perplexityIncrease < 0.05) {
            return Label.NEARLY_LOSSLESS;
        }
        return perplexityIncrease < 0.3 ? Label.SMALL : perplexityIncrease < 1 ? Label.NOTICEABLE : Label.STRONG;
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("what", "value");
        sheet.row("quantization", quantization);
        sheet.row("bits per weight", bitsPerWeight.isPresent() ? bitsPerWeight.getAsDouble() : null);
        sheet.row("loss", label().toString());
        sheet.row("perplexity", increase());
        sheet.row("measured on", measuredOn);
        sheet.row("source", SOURCE);
        sheet.note(CAVEAT);
        if (parameters.isPresent() && parameters.getAsLong() < SMALL) {
            sheet.note("This model has " + Math.round(parameters.getAsLong() / 1e6)
                    + " million parameters: expect a larger loss than the figure says.");
        }
        return sheet.build();
    }

    /**
     * The loss in one line, with the model that it was measured on and what it does not say.
     *
     * @param of number of weights of the model that is asked about; empty where unknown
     */
    public String words(OptionalLong of) {
        boolean small = of.isPresent() && of.getAsLong() < SMALL;
        return label() + ": perplexity " + increase() + " on " + measuredOn
                + " (llama.cpp's own figure), which does not carry over"
                + (small ? "; expect more on a model this small" : "");
    }

    private String increase() {
        return String.format(Locale.ROOT, "%+.4f", perplexityIncrease);
    }

    /** For example {@code Q4_K_M: small loss (perplexity +0.1754 on Llama-3-8B, not on this model)}. */
    @Override
    public String toString() {
        return Shown.line(quantization + ": " + label() + " (perplexity " + increase() + " on " + measuredOn
                + ", not on this model)");
    }

    /** Read when first needed. */
    private static final class Known {
        static final List<QuantizationLoss> ALL = read();
        static final Map<String, QuantizationLoss> BY_NAME =
                ALL.stream().collect(Collectors.toUnmodifiableMap(QuantizationLoss::quantization, Function.identity()));

        private static List<QuantizationLoss> read() {
            try (InputStream in = QuantizationLoss.class.getResourceAsStream("quantization-loss.tsv")) {
                if (in == null) {
                    throw new IllegalStateException("quantization-loss.tsv is missing from the jar");
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.startsWith("#") && !line.isBlank())
                        .skip(1)
                        .map(line -> line.split("\t", -1))
                        .map(row -> new QuantizationLoss(
                                row[0],
                                Double.parseDouble(row[1]),
                                row[2],
                                OptionalDouble.empty(),
                                OptionalLong.empty()))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
