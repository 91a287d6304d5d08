package ai.bearllm.estimate;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.model.ByteSize;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a file is as large as what it says it is: a model of seven billion parameters in one gigabyte is something else.
 * Everything found is a warning, for a file can be honest and unusual.
 */
public final class Plausibility {
    /** For example {@code 135M}, {@code 1.1B}, {@code 8x7B}; what follows, such as {@code -A3B}, is the part in use. A K means a context. */
    private static final Pattern SIZE = Pattern.compile(
            "(?:^|[^\\p{Alnum}.])(?:(\\d{1,3})x)?(\\d{1,4}(?:\\.\\d{1,4})?)\\s?([MBT])(?![\\p{Alnum}])");

    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,3})\\..*");
    /** Fewer bits than the smallest quantization that is in use. */
    private static final double FEWEST_BITS = 1.5;

    private static final String SOMETHING_ELSE = "the file is cut, mislabeled, or another model";

    private final Gguf gguf;
    private final List<Finding> findings = new ArrayList<>();

    private Plausibility(Gguf gguf) {
        this.gguf = gguf;
    }

    /** What is implausible about a file; nothing for one without tensors, for an adapter, and for a part of a split model. */
    public static List<Finding> of(Gguf gguf) {
        return of(gguf, OptionalLong.empty());
    }

    /**
     * As {@link #of(Gguf)}, beside what a card says.
     *
     * @param declaredParameters the model's parameters as its card or the catalog has them; empty where nobody says
     */
    public static List<Finding> of(Gguf gguf, OptionalLong declaredParameters) {
        boolean part = gguf.parts().size() == 1
                && gguf.metadata().integer("split.count").orElse(0) > 1;
        if (gguf.parameters().isEmpty() || part || !gguf.kind().orElse("model").equals("model")) {
            return List.of();
        }
        Plausibility check = new Plausibility(gguf);
        gguf.metadata().text("general.size_label").ifPresent(label -> check.label("general.size_label", label));
        gguf.name().ifPresent(name -> check.label("general.name", name));
        check.declared(declaredParameters);
        check.layers();
        check.width();
        check.dimensions();
        return List.copyOf(check.findings);
    }

    private void warn(String rule, String found, String expected, String effect) {
        findings.add(Finding.of(Severity.WARNING, rule, found, expected, effect));
    }

    private void label(String key, String text) {
        Optional<Range> range = range(text);
        if (range.isEmpty()) {
            return;
        }
        long counted = gguf.parameters().orElseThrow();
        String shown = key + " is \"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
        String weighs = " parameters in " + new ByteSize(gguf.tensorBytes());
        if (counted > range.get().most()) {
            warn(
                    "parameters",
                    shown + ", and there are " + count(counted) + weighs,
                    range.get().words(),
                    SOMETHING_ELSE);
        } else if (counted < range.get().least()) {
            warn(
                    "size",
                    shown + ", and there are " + count(counted) + weighs,
                    range.get().words(),
                    SOMETHING_ELSE);
        } else if (gguf.bitsPerWeight().orElse(FEWEST_BITS) < FEWEST_BITS) {
            warn(
                    "size",
                    shown + ", and the weights take " + new ByteSize(gguf.tensorBytes()),
                    "at least " + new ByteSize((long) (counted * FEWEST_BITS / 8)),
                    SOMETHING_ELSE);
        }
    }

    /** Parameters that a label allows: labels are rounded, embeddings counted or not, experts share layers. */
    private record Range(double least, double most) {
        String words() {
            return count((long) least) + " to " + count((long) most);
        }
    }

    private static Optional<Range> range(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.find()) {
            return Optional.empty();
        }
        double unit = Math.pow(1000, "MBT".indexOf(size.group(3)) + 2);
        double number = Double.parseDouble(size.group(2)) * unit;
        double experts = size.group(1) == null ? 1 : Integer.parseInt(size.group(1));
        boolean several = experts > 1;
        return number == 0
                ? Optional.empty()
                : Optional.of(new Range(number * experts * (several ? 0.4 : 0.6), number * experts * 1.7));
    }

    static String count(long parameters) {
        if (parameters >= 1_000_000_000) {
            return String.format(Locale.ROOT, "%.2f billion", parameters / 1e9);
        }
        return parameters >= 1_000_000
                ? String.format(Locale.ROOT, "%.1f million", parameters / 1e6)
                : Long.toString(parameters);
    }

    private void declared(OptionalLong declared) {
        if (declared.isEmpty() || declared.getAsLong() <= 0) {
            return;
        }
        double ratio = (double) gguf.parameters().orElseThrow() / declared.getAsLong();
        if (ratio < 0.85 || ratio > 1.15) {
            warn(
                    "parameters",
                    "there are " + count(gguf.parameters().orElseThrow()) + " parameters",
                    count(declared.getAsLong()) + ", as declared",
                    SOMETHING_ELSE);
        }
    }

    private void layers() {
        BitSet seen = new BitSet();
        for (GgufTensor tensor : gguf.tensors()) {
            Matcher layer = LAYER.matcher(tensor.name());
            if (layer.matches()) {
                seen.set(Integer.parseInt(layer.group(1)));
            }
        }
        OptionalLong declared = gguf.blockCount();
        if (declared.isPresent() && !seen.isEmpty() && declared.getAsLong() != seen.cardinality()) {
            warn(
                    "layers-present",
                    "there are tensors of " + seen.cardinality() + " layers",
                    declared.getAsLong() + ", which is block_count",
                    "a loader misses tensors, or leaves some unused");
        }
    }

    private void width() {
        Optional<GgufTensor> table = gguf.tensor("token_embd.weight");
        OptionalLong width = gguf.embeddingLength();
        if (table.isPresent() && width.isPresent() && table.get().dimensions().get(0) != width.getAsLong()) {
            warn(
                    "embedding-width",
                    "token_embd.weight is " + table.get().dimensions().get(0) + " wide",
                    width.getAsLong() + ", which is embedding_length",
                    "a loader refuses the tensor's shape");
        }
    }

    /** The matrices of the first layer that every usual network has, against what the numbers of the file make of them. */
    private void dimensions() {
        OptionalLong width = gguf.embeddingLength();
        OptionalLong heads = gguf.headCount();
        if (width.isEmpty() || heads.isEmpty() || heads.getAsLong() < 1 || width.getAsLong() < 1) {
            return;
        }
        long key = gguf.ofArchitecture("attention.key_length").orElse(width.getAsLong() / heads.getAsLong());
        shape("blk.0.attn_q.weight", width.getAsLong(), heads.getAsLong(), key);
        OptionalLong groups = gguf.keyValueHeadCount();
        if (groups.isPresent()) {
            shape("blk.0.attn_k.weight", width.getAsLong(), groups.getAsLong(), key);
        }
        OptionalLong inner = gguf.ofArchitecture("feed_forward_length");
        if (inner.isPresent()) {
            shape("blk.0.ffn_down.weight", inner.getAsLong(), 1, width.getAsLong());
        }
    }

    private void shape(String name, long columns, long count, long each) {
        Optional<GgufTensor> tensor = gguf.tensor(name);
        if (tensor.isEmpty() || tensor.get().dimensions().size() != 2) {
            return;
        }
        List<Long> found = tensor.get().dimensions();
        double rows = (double) count * each;
        if (found.get(0) != columns || found.get(1) != rows) {
            warn(
                    "dimensions",
                    name + " is " + found.get(0) + " x " + found.get(1),
                    columns + " x " + (long) rows + ", by the file's own numbers",
                    "a loader refuses the tensor's shape");
        }
    }
}
