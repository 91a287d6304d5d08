package ai.bearllm.validation;

import ai.bearllm.gguf.GgmlType;
import ai.bearllm.gguf.GgufTensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;

/** Compares the bytes of two files. */
final class ContentDiff {
    /** A multiple of nothing in particular: rounded down to whole blocks. */
    private static final int CHUNK = 256 << 10;

    /** Types whose blocks hold nothing wider than a byte, so that byte order does not touch them. */
    private static final Set<String> BYTES = Set.of("I8", "MXFP4", "NVFP4");

    private final Channels left;
    private final Channels right;
    private final boolean leftBig;
    private final boolean rightBig;
    private final LongConsumer advance;
    private final byte[] a = new byte[CHUNK];
    private final byte[] b = new byte[CHUNK];

    ContentDiff(Channels left, Channels right, ByteOrder leftOrder, ByteOrder rightOrder, LongConsumer advance) {
        this.left = left;
        this.right = right;
        this.leftBig = leftOrder == ByteOrder.BIG_ENDIAN;
        this.rightBig = rightOrder == ByteOrder.BIG_ENDIAN;
        this.advance = advance;
    }

    /** Whether a range that stands at the same place in both is equal. */
    boolean isSame(int part, long from, long to) throws IOException {
        long position = from;
        while (position < to) {
            int count = (int) Math.min(CHUNK, to - position);
            read(left.of(part), position, a, count);
            read(right.of(part), position, b, count);
            if (!Arrays.equals(a, 0, count, b, 0, count)) {
                return false;
            }
            advance.accept(0);
            position += count;
        }
        return true;
    }

    /** How two tensors of one type and shape differ; empty where they are equal. */
    Optional<Diff.TensorChange> compare(GgufTensor one, GgufTensor other, String described) throws IOException {
        GgmlType type = one.type();
        boolean swap = leftBig != rightBig && !BYTES.contains(type.name());
        if (swap && type.blockElements() != 1) {
            advance.accept(one.bytes());
            return Optional.of(Diff.TensorChange.of(one.name(), Diff.Kind.UNKNOWN, described, described));
        }
        Tally tally = new Tally(type);
        int chunk = CHUNK / type.blockBytes() * type.blockBytes();
        long done = 0;
        while (done < one.bytes()) {
            int count = (int) Math.min(chunk, one.bytes() - done);
            read(left.of(one), one.offset() + done, a, count);
            read(right.of(other), other.offset() + done, b, count);
            if (swap) {
                reverse(b, count, type.blockBytes());
            }
            tally.add(count);
            done += count;
            advance.accept(count);
        }
        return tally.differing == 0
                ? Optional.empty()
                : Optional.of(new Diff.TensorChange(
                        one.name(),
                        Diff.Kind.CONTENT,
                        described,
                        described,
                        OptionalLong.of(one.bytes() / type.blockBytes()),
                        OptionalLong.of(tally.differing),
                        tally.largest()));
    }

    private static void reverse(byte[] bytes, int count, int width) {
        for (int at = 0; at < count; at += width) {
            for (int i = 0; i < width / 2; i++) {
                byte kept = bytes[at + i];
                bytes[at + i] = bytes[at + width - 1 - i];
                bytes[at + width - 1 - i] = kept;
            }
        }
    }

    private static void read(SeekableByteChannel channel, long position, byte[] bytes, int count) throws IOException {
        channel.position(position);
        ByteBuffer target = ByteBuffer.wrap(bytes, 0, count);
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("it became shorter while it was read");
            }
        }
    }

    /** Counts what differs between the two buffers. */
    private final class Tally {
        private final int blockBytes;
        private final Optional<Encoding> element;
        private long differing;
        private double greatest;

        Tally(GgmlType type) {
            List<Scale> scales = Scale.of(type);
            this.blockBytes = type.blockBytes();
            this.element = type.blockElements() == 1 && !scales.isEmpty()
                    ? Optional.of(scales.get(0).encoding())
                    : Optional.empty();
        }

        void add(int count) {
            int from = 0;
            while (from < count) {
                int next = Arrays.mismatch(a, from, count, b, from, count);
                if (next < 0) {
                    return;
                }
                int block = (from + next) / blockBytes * blockBytes;
                differing++;
                element.ifPresent(encoding -> difference(encoding, block));
                from = block + blockBytes;
            }
        }

        private void difference(Encoding encoding, int at) {
            double size = Math.abs(
                    encoding.value(encoding.bits(a, at, leftBig)) - encoding.value(encoding.bits(b, at, leftBig)));
            greatest = Double.isNaN(size) ? Double.NaN : Math.max(greatest, size);
        }

        OptionalDouble largest() {
            return element.isEmpty() || Double.isNaN(greatest) || Double.isInfinite(greatest)
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(greatest);
        }
    }
}
