package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks at the bytes that belong to nothing: padding before and between tensors, and what follows the last. No loader reads
 * them, so they are where something could be hidden.
 */
final class Layout {
    private final Path file;
    private final Gguf gguf;
    private final List<Finding> findings = new ArrayList<>();

    Layout(Path file, Gguf gguf) {
        this.file = file;
        this.gguf = gguf;
    }

    List<Finding> findings() {
        long position = gguf.headerBytes();
        long next = gguf.dataOffset();
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            for (GgufTensor tensor : byPlace()) {
                padding(channel, position, tensor.offset(), "before tensor " + tensor.name());
                position = tensor.offset() + tensor.bytes();
                next = (position + gguf.alignment() - 1) / gguf.alignment() * gguf.alignment();
            }
            end(channel, position, next);
        } catch (IOException e) {
            throw FileDigest.unreadable(file, e);
        }
        return findings;
    }

    /** Mostly as the table has them, but the format does not demand it. */
    private List<GgufTensor> byPlace() {
        return gguf.tensors().stream()
                .sorted(Comparator.comparingLong(GgufTensor::offset))
                .toList();
    }

    private void end(SeekableByteChannel channel, long position, long padded) throws IOException {
        long size = gguf.size().bytes();
        if (size > padded) {
            findings.add(Finding.at(
                    Severity.ERROR,
                    "trailing-bytes",
                    padded,
                    size - padded + " bytes follow the last tensor",
                    "the end of the file",
                    "loaders ignore them: they can hold anything"));
        } else if (size < padded && !gguf.tensors().isEmpty()) {
            findings.add(Finding.at(
                    Severity.WARNING,
                    "unpadded-end",
                    size,
                    "the last tensor is not padded",
                    "zeros up to byte " + padded,
                    "older readers refuse it"));
        }
        padding(channel, position, Math.min(size, padded), "after the last tensor");
    }

    private void padding(SeekableByteChannel channel, long from, long to, String where) throws IOException {
        if (from >= to) {
            return;
        }
        // Never longer than the alignment, which the reader has limited.
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
        channel.position(from);
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = channel.read(bytes);
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            byte value = bytes.get();
            if (value != 0) {
                findings.add(Finding.at(
                        Severity.ERROR,
                        "padding",
                        from + bytes.position() - 1,
                        "the padding " + where + " holds the byte " + (value & 0xFF),
                        "zeros",
                        "loaders ignore it: it can hold anything"));
                return;
            }
        }
    }
}
