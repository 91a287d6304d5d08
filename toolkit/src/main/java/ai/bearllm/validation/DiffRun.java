package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufPart;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.model.ByteSize;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One comparison of two files. Tensors are compared by reading both, so equal means equal, and memory stays small. */
final class DiffRun {
    private final Path a;
    private final Path b;
    private final Reading reading;
    private final Cancellation cancellation;
    private final List<String> format = new ArrayList<>();
    private long total;
    private long done;

    DiffRun(Path a, Path b, ProgressListener listener, Cancellation cancellation) {
        this.a = a;
        this.b = b;
        this.cancellation = cancellation;
        this.reading =
                new Reading(a, "comparison of " + a.getFileName() + " and " + b.getFileName(), listener, cancellation);
    }

    Diff run() {
        Gguf before = Gguf.read(a);
        Gguf after = Gguf.read(b);
        Snapshot beforeFiles = Snapshot.of(a, before);
        Snapshot afterFiles = Snapshot.of(b, after);
        total = before.tensors().stream()
                .filter(tensor -> after.tensor(tensor.name())
                        .filter(other -> isAlike(tensor, other))
                        .isPresent())
                .mapToLong(GgufTensor::bytes)
                .sum();
        reading.start(total);
        try (Channels left = new Channels(before);
                Channels right = new Channels(after)) {
            Diff diff = compare(before, after, left, right);
            beforeFiles.requireUnchanged();
            afterFiles.requireUnchanged();
            reading.end(diff.toString());
            return diff;
        } catch (IOException e) {
            RuntimeException failure = FilePass.unreadable(a, e);
            reading.fail(failure);
            throw failure;
        } catch (RuntimeException e) {
            reading.fail(e);
            throw e;
        }
    }

    private Diff compare(Gguf before, Gguf after, Channels left, Channels right) throws IOException {
        List<Diff.KeyChange> keys = KeyDiff.of(before.metadata(), after.metadata());
        ContentDiff content = new ContentDiff(left, right, before.byteOrder(), after.byteOrder(), this::advance);
        List<Diff.TensorChange> tensors = new ArrayList<>();
        int same = 0;
        for (GgufTensor tensor : before.tensors()) {
            Optional<GgufTensor> other = after.tensor(tensor.name());
            Optional<Diff.TensorChange> change = other.isEmpty()
                    ? Optional.of(Diff.TensorChange.of(tensor.name(), Diff.Kind.REMOVED, described(tensor), ""))
                    : change(tensor, other.get(), content);
            change.ifPresent(tensors::add);
            same += change.isEmpty() ? 1 : 0;
        }
        after.tensors().stream()
                .filter(tensor -> before.tensor(tensor.name()).isEmpty())
                .map(tensor -> Diff.TensorChange.of(tensor.name(), Diff.Kind.ADDED, "", described(tensor)))
                .forEach(tensors::add);
        format(before, after);
        boolean identical =
                keys.isEmpty() && tensors.isEmpty() && format.isEmpty() && sameFrame(before, after, content);
        if (keys.isEmpty() && tensors.isEmpty() && format.isEmpty() && !identical) {
            format.add("Bytes that belong to no metadata and no tensor differ, or the order of the keys.");
        }
        return new Diff(a, b, identical, format, keys, tensors, same);
    }

    private static Optional<Diff.TensorChange> change(GgufTensor a, GgufTensor b, ContentDiff content)
            throws IOException {
        if (!isAlike(a, b)) {
            Diff.Kind kind = a.type().equals(b.type()) ? Diff.Kind.SHAPE : Diff.Kind.TYPE;
            return Optional.of(Diff.TensorChange.of(a.name(), kind, described(a), described(b)));
        }
        return content.compare(a, b, described(a));
    }

    private static boolean isAlike(GgufTensor a, GgufTensor b) {
        return a.type().equals(b.type()) && a.dimensions().equals(b.dimensions());
    }

    private void format(Gguf before, Gguf after) {
        differs("version", before.version(), after.version());
        differs("byte order", before.byteOrder(), after.byteOrder());
        differs("alignment", before.alignment(), after.alignment());
        List<String> order = before.tensors().stream()
                .map(GgufTensor::name)
                .filter(name -> after.tensor(name).isPresent())
                .collect(Collectors.toList());
        List<String> other = after.tensors().stream()
                .map(GgufTensor::name)
                .filter(name -> before.tensor(name).isPresent())
                .toList();
        if (!order.equals(other)) {
            format.add("The tensors stand in another order.");
        }
    }

    private void differs(String what, Object before, Object after) {
        if (!before.equals(after)) {
            format.add("The " + what + " is " + before + " in the one and " + after + " in the other.");
        }
    }

    /** Whether all but the tensors is equal too; those are known to be, and to stand in the same order. */
    private static boolean sameFrame(Gguf before, Gguf after, ContentDiff content) throws IOException {
        List<ByteSize> sizes = before.parts().stream().map(GgufPart::size).toList();
        if (!sizes.equals(after.parts().stream().map(GgufPart::size).toList())) {
            return false;
        }
        for (int part = 0; part < sizes.size(); part++) {
            if (!places(before, part).equals(places(after, part))) {
                return false;
            }
            long position = 0;
            for (GgufTensor tensor : places(before, part)) {
                if (!content.isSame(part, position, tensor.offset())) {
                    return false;
                }
                position = tensor.offset() + tensor.bytes();
            }
            if (!content.isSame(part, position, sizes.get(part).bytes())) {
                return false;
            }
        }
        return true;
    }

    private static List<GgufTensor> places(Gguf gguf, int part) {
        return Gap.byPlace(gguf).stream()
                .filter(tensor -> tensor.part() == part)
                .toList();
    }

    private void advance(long bytes) {
        cancellation.check();
        done += bytes;
        reading.advance(done, total);
    }

    private static String described(GgufTensor tensor) {
        return tensor.type() + " "
                + tensor.dimensions().stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }
}
