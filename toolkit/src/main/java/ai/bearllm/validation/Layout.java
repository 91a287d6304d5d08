package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the bytes that belong to nothing: padding before and between tensors, and what follows the last. No loader reads
 * them, so they are where something could be hidden.
 */
final class Layout {
    private Layout() {}

    /** Reads the paddings alone, for a validation that does not read the whole file. */
    static List<Finding> findings(Path file, Gguf gguf) {
        List<Finding> findings = new ArrayList<>();
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            for (Gap gap : Gap.of(gguf)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) (gap.to() - gap.from()));
                channel.position(gap.from());
                int read = 0;
                while (read >= 0 && bytes.hasRemaining()) {
                    read = channel.read(bytes);
                }
                padding(gap, bytes.array(), 0, bytes.position(), gap.from()).ifPresent(findings::add);
            }
        } catch (IOException e) {
            throw FilePass.unreadable(file, e);
        }
        findings.addAll(end(gguf));
        return findings;
    }

    /** What is wrong with bytes of a padding, the first of which stands at this position of the file. */
    static Optional<Finding> padding(Gap gap, byte[] bytes, int from, int to, long position) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return Optional.of(Finding.at(
                        Severity.ERROR,
                        "padding",
                        position + i - from,
                        "the padding " + gap.where() + " holds the byte " + (bytes[i] & 0xFF),
                        "zeros",
                        "loaders ignore it: it can hold anything"));
            }
        }
        return Optional.empty();
    }

    /** What is wrong with the place where the file ends. */
    static List<Finding> end(Gguf gguf) {
        long size = gguf.size().bytes();
        long padded = Gap.paddedEnd(gguf);
        if (size > padded) {
            return List.of(Finding.at(
                    Severity.ERROR,
                    "trailing-bytes",
                    padded,
                    size - padded + " bytes follow the last tensor",
                    "the end of the file",
                    "loaders ignore them: they can hold anything"));
        }
        if (size < padded && !gguf.tensors().isEmpty()) {
            return List.of(Finding.at(
                    Severity.WARNING,
                    "unpadded-end",
                    size,
                    "the last tensor is not padded",
                    "zeros up to byte " + padded,
                    "older readers refuse it"));
        }
        return List.of();
    }
}
