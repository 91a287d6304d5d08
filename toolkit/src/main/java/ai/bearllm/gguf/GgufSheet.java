package ai.bearllm.gguf;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows a file: first what people ask for, then the metadata as it stands. */
final class GgufSheet {
    private static final int LONGEST_LINE = 80;
    private static final int LEAST_NAME = 24;
    private static final int LONGEST_TEXT = 120;

    private GgufSheet() {}

    static Sheet of(Gguf gguf) {
        Sheet.Builder sheet = Sheet.of(line(gguf)).columns("field", "value");
        sheet.row("file", gguf.source() + ", " + gguf.size());
        if (gguf.parts().size() > 1) {
            sheet.row("parts", parts(gguf));
        }
        sheet.row("format", "GGUF version " + gguf.version() + order(gguf));
        sheet.row("architecture", gguf.architecture().orElse(null));
        sheet.row("name", gguf.name().orElse(null));
        sheet.row("licence", gguf.license().orElse(null));
        sheet.row("parameters", whole(gguf.parameters()));
        sheet.row("quantization", gguf.quantization().orElse(null));
        sheet.row("bits per weight", gguf.bitsPerWeight().isPresent() ? bits(gguf) : null);
        sheet.row("context (tokens)", whole(gguf.contextTokens()));
        sheet.row("layers", whole(gguf.blockCount()));
        sheet.row("heads", heads(gguf.headCount(), gguf.headCounts()));
        sheet.row("key and value heads", heads(gguf.keyValueHeadCount(), gguf.keyValueHeadCounts()));
        sheet.row("tokenizer", gguf.tokenizer().orElse(null));
        sheet.row("vocabulary (tokens)", whole(gguf.vocabularySize()));
        sheet.row("chat template", templates(gguf));
        sheet.row("tensors", tensors(gguf));
        gguf.metadata().values().forEach((key, value) -> sheet.row(key, shortened(value.toString())));
        gguf.findings().forEach(finding -> sheet.note(printable(finding.note())));
        return sheet.build();
    }

    private static String parts(Gguf gguf) {
        List<GgufPart> parts = gguf.parts();
        return parts.size() + ", up to " + parts.get(parts.size() - 1).name();
    }

    /** One number where layers agree, else each layer's, shortened. */
    private static @Nullable String heads(OptionalLong common, List<Long> layers) {
        if (common.isPresent()) {
            return Long.toString(common.getAsLong());
        }
        return layers.isEmpty() ? null : shortened(layers.stream().limit(64).toList() + " by layer");
    }

    private static String templates(Gguf gguf) {
        Set<String> names = gguf.chatTemplates().keySet();
        boolean one = names.equals(Set.of("default"));
        return names.isEmpty() ? "none" : one ? "in the file" : shortened("in the file: " + String.join(", ", names));
    }

    static String line(Gguf gguf) {
        StringBuilder line = new StringBuilder(": ").append(gguf.architecture().orElse("unknown architecture"));
        gguf.parameters()
                .ifPresent(count -> line.append(", ").append(count(count)).append(" parameters"));
        gguf.quantization().ifPresent(name -> line.append(", ").append(name));
        gguf.contextTokens().ifPresent(tokens -> line.append(", context ").append(Long.toUnsignedString(tokens)));
        String rest = printable(line.toString());
        String name = gguf.source();
        int room = Math.max(LEAST_NAME, LONGEST_LINE - rest.length());
        return cut(cut(name, room) + rest, LONGEST_LINE);
    }

    private static String count(long parameters) {
        double value = parameters;
        String[] units = {"", " thousand", " million", " billion", " trillion"};
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? Long.toString(parameters) : String.format(Locale.ROOT, "%.3g%s", value, units[unit]);
    }

    private static String order(Gguf gguf) {
        return gguf.byteOrder() == ByteOrder.BIG_ENDIAN ? ", big-endian" : ", little-endian";
    }

    private static String bits(Gguf gguf) {
        return String.format(Locale.ROOT, "%.2f", gguf.bitsPerWeight().orElseThrow());
    }

    private static String tensors(Gguf gguf) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        gguf.tensorsInPlace().forEach(tensor -> counts.merge(tensor.type().name(), 1, Integer::sum));
        StringBuilder text = new StringBuilder().append(gguf.tensorsInPlace().size());
        counts.forEach(
                (type, count) -> text.append(", ").append(count).append(" x ").append(type));
        return text + ", " + new ByteSize(gguf.tensorBytes());
    }

    private static @Nullable Long whole(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static String shortened(String text) {
        return printable(cut(text, LONGEST_TEXT));
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, Math.max(0, most - 1)) + "…" : text;
    }
}
