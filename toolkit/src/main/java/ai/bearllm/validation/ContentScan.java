package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a file's content while it is read from beginning to end: the scales of every block, and the paddings between
 * tensors. Header and what follows the last padding are passed over; the header was read before, and nothing may follow.
 */
final class ContentScan implements FilePass.Scan {
    private final Gguf gguf;
    private final Iterator<GgufTensor> tensors;
    private final Iterator<Gap> gaps;
    private final List<Finding> paddings = new ArrayList<>();
    private final FindingBudget numbers = new FindingBudget();
    private @Nullable GgufTensor tensor;
    private @Nullable TensorScan scan;
    private @Nullable Gap gap;

    ContentScan(Gguf gguf) {
        this.gguf = gguf;
        this.tensors = Gap.byPlace(gguf).iterator();
        this.gaps = Gap.of(gguf).iterator();
        nextTensor();
        gap = gaps.hasNext() ? gaps.next() : null;
    }

    private void nextTensor() {
        tensor = tensors.hasNext() ? tensors.next() : null;
        scan = tensor == null ? null : new TensorScan(tensor, gguf.byteOrder(), numbers);
    }

    @Override
    public int accept(byte[] bytes, int from, int to, long position) {
        int at = from;
        while (at < to) {
            long here = position + at - from;
            GgufTensor current = tensor;
            Gap padding = gap;
            if (padding != null && here >= padding.from()) {
                int end = (int) Math.min(to, at + padding.to() - here);
                padding(padding, bytes, at, end, here);
                at = end;
            } else if (current != null && here >= current.offset()) {
                int end = (int) Math.min(to, at + current.offset() + current.bytes() - here);
                int whole = blocks(current, bytes, at, end, here);
                if (whole < end) {
                    return whole;
                }
                at = end;
            } else {
                // The header, or what stands behind everything.
                long next = Math.min(
                        padding == null ? Long.MAX_VALUE : padding.from(),
                        current == null ? Long.MAX_VALUE : current.offset());
                at += (int) Math.min(to - at, next - here);
            }
        }
        return at;
    }

    private void padding(Gap padding, byte[] bytes, int from, int to, long position) {
        Optional<Finding> found = Layout.padding(padding, bytes, from, to, position);
        boolean ends = position + to - from == padding.to();
        found.ifPresent(paddings::add);
        if (ends || found.isPresent()) {
            // One finding a padding; what is left of it is passed over.
            gap = gaps.hasNext() ? gaps.next() : null;
        }
    }

    /** Looks at the whole blocks and returns where they end. */
    private int blocks(GgufTensor current, byte[] bytes, int from, int to, long position) {
        TensorScan scanning = scan;
        if (scanning == null) {
            return to;
        }
        int whole = to - (to - from) % scanning.blockBytes();
        scanning.scan(bytes, from, whole, position);
        if (position + whole - from == current.offset() + current.bytes()) {
            scanning.finish();
            nextTensor();
        }
        return whole;
    }

    /** What was found about the layout; complete when the pass has ended. */
    List<Finding> layout() {
        List<Finding> all = new ArrayList<>(paddings);
        all.addAll(Layout.end(gguf));
        return all;
    }

    /** What was found in the tensors; complete when the pass has ended. */
    List<Finding> numbers() {
        return numbers.all();
    }
}
