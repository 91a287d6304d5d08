package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.GgufTensor;
import java.nio.ByteOrder;
import java.util.List;

/** Looks through the blocks of one tensor for scales that are not finite, or beyond any sane model. */
final class TensorScan {
    static final String NON_FINITE = "non-finite";
    static final String MAGNITUDE = "magnitude";

    /** Of a kind and tensor, so many are named; the others are counted. */
    private static final int NAMED = 3;

    private final GgufTensor tensor;
    private final List<Scale> scales;
    private final Sieve sieve;
    private final boolean bigEndian;
    private final int blockBytes;
    private final FindingBudget findings;
    private long nonFinite;
    private long absurd;

    TensorScan(GgufTensor tensor, ByteOrder order, FindingBudget findings) {
        this.tensor = tensor;
        this.scales = Scale.of(tensor.type());
        this.bigEndian = order == ByteOrder.BIG_ENDIAN;
        this.blockBytes = Math.max(1, tensor.type().blockBytes());
        this.sieve = Sieve.of(scales, blockBytes, order);
        this.findings = findings;
    }

    int blockBytes() {
        return blockBytes;
    }

    /** Looks at whole blocks, the first of which stands at this position of the file. */
    void scan(byte[] bytes, int from, int to, long position) {
        if (sieve.catches(bytes, from, to)) {
            for (int at = from; at < to; at += blockBytes) {
                for (Scale scale : scales) {
                    long bits = scale.encoding().bits(bytes, at + scale.offset(), bigEndian);
                    if (scale.isWrong(bits)) {
                        wrong(scale, bits, position + at - from);
                    }
                }
            }
        }
    }

    private void wrong(Scale scale, long bits, long block) {
        boolean finite = !scale.encoding().isNonFinite(bits);
        long seen = finite ? ++absurd : ++nonFinite;
        if (seen > NAMED) {
            return;
        }
        String found = place(scale, block) + " is " + scale.encoding().describe(bits);
        findings.add(
                finite
                        ? Finding.at(
                                Severity.WARNING,
                                MAGNITUDE,
                                block + scale.offset(),
                                found,
                                scale.limit(),
                                "weights made with it exceed what engines compute with")
                        : Finding.at(
                                Severity.ERROR,
                                NON_FINITE,
                                block + scale.offset(),
                                found,
                                "a finite number",
                                "whatever is computed with it is not a number, and the model's answers are noise"));
    }

    private String place(Scale scale, long block) {
        long index = (block - tensor.offset()) / blockBytes;
        return tensor.type().blockElements() == 1
                ? "the element " + index + " of tensor " + tensor.name()
                : "the scale " + scale.name() + " of block " + index + " of tensor " + tensor.name() + " ("
                        + tensor.type() + ")";
    }

    /** Called behind the last block: tells how many there were beyond those named. */
    void finish() {
        rest(Severity.ERROR, NON_FINITE, nonFinite, "that are not finite");
        rest(Severity.WARNING, MAGNITUDE, absurd, "beyond any sane model");
    }

    private void rest(Severity severity, String rule, long count, String kind) {
        if (count > NAMED) {
            findings.add(Finding.at(
                    severity,
                    rule,
                    tensor.offset(),
                    "the tensor " + tensor.name() + " holds " + count + " numbers " + kind,
                    "none",
                    "as said for the first " + NAMED + " of them"));
        }
    }
}
