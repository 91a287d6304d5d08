package ai.bearllm.gguf;

import static ai.bearllm.gguf.GgufBuilder.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reading allocates, all in all, at most 8 times what header, metadata and table are long, and 16 MiB. The files are those that
 * make the most of each byte.
 */
class MemoryTest {
    private static final GgufBuilder FORMAT = GgufBuilder.empty();

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource("greedy")
    void staysInBounds(String what, byte[] file) {
        assertThat(Memory.toRead(file)).as("%s bytes long", file.length).isLessThan(Memory.limit(file.length));
    }

    static Stream<Arguments> greedy() {
        byte[] many = new byte[200_000];
        Arrays.fill(many, (byte) 1);
        byte[] text = "\u4E2D".repeat(2_000_000).getBytes(StandardCharsets.UTF_8);
        byte[] invalid = new byte[4_000_000];
        Arrays.fill(invalid, (byte) 0x80);
        return Stream.of(
                arguments(
                        "as many of the shortest keys as may be", header(65_536, MemoryTest::key, 0, i -> new byte[0])),
                arguments("a key too many", header(65_537, MemoryTest::key, 0, i -> new byte[0])),
                arguments("half a million keys", header(500_000, MemoryTest::key, 0, i -> new byte[0])),
                arguments(
                        "as many of the shortest tensors as may be",
                        header(0, MemoryTest::key, 131_072, MemoryTest::tensor)),
                arguments("half a million tensors", header(0, MemoryTest::key, 500_000, MemoryTest::tensor)),
                arguments("tensors that are all wrong", header(0, MemoryTest::key, 100_000, i -> new byte[27])),
                arguments("keys of 65,535 bytes", longKeys()),
                arguments("a large vocabulary", vocabulary()),
                arguments(
                        "text of three-byte characters",
                        GgufBuilder.empty().raw("a", 8, FORMAT.string(text)).bytes()),
                arguments(
                        "text that is none",
                        GgufBuilder.empty().raw("a", 8, FORMAT.string(invalid)).bytes()),
                arguments("a hundred thousand empty texts", texts(100_000)),
                arguments(
                        "a million truth values",
                        GgufBuilder.empty().array("a", 7, 200_000, many).bytes()),
                arguments("a hundred thousand arrays in an array", nested(100_000, 1)),
                arguments("a hundred thousand arrays, 15 deep", nested(7_000, 14)));
    }

    private interface Entries {
        byte[] entry(int number);
    }

    /** Version 1, whose lengths are the shortest. */
    private static byte[] header(int keys, Entries key, int tensors, Entries tensor) {
        GgufBuilder format = GgufBuilder.empty(1, ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(join(format.i32(1), format.i32(tensors), format.i32(keys)));
        for (int i = 0; i < keys; i++) {
            out.writeBytes(key.entry(i));
        }
        for (int i = 0; i < tensors; i++) {
            out.writeBytes(tensor.entry(i));
        }
        out.writeBytes(new byte[32]);
        return out.toByteArray();
    }

    private static byte[] name(int number) {
        byte[] name = {'a', 'a', 'a', 'a'};
        for (int i = 3, rest = number; i >= 0; i--, rest /= 26) {
            name[i] = (byte) ('a' + rest % 26);
        }
        return name;
    }

    private static byte[] key(int number) {
        GgufBuilder format = GgufBuilder.empty(1, ByteOrder.LITTLE_ENDIAN);
        return join(format.string(name(number)), format.i32(0), new byte[1]);
    }

    /** One byte each: of all but the first nothing is in place, which the last check says. */
    private static byte[] tensor(int number) {
        GgufBuilder format = GgufBuilder.empty(1, ByteOrder.LITTLE_ENDIAN);
        return join(
                format.string(name(number)), format.i32(1), format.i32(1), format.i32(24), format.i64(32L * number));
    }

    private static byte[] longKeys() {
        GgufBuilder file = GgufBuilder.empty();
        for (int i = 0; i < 100; i++) {
            file.u32("k".repeat(65_500) + i, i);
        }
        return file.bytes();
    }

    private static byte[] vocabulary() {
        int tokens = 262_144;
        byte[][] texts = new byte[tokens][];
        for (int i = 0; i < tokens; i++) {
            texts[i] = FORMAT.string(("\u2581t" + i).getBytes(StandardCharsets.UTF_8));
        }
        return GgufBuilder.model()
                .array("tokenizer.ggml.tokens", 8, tokens, join(texts))
                .array("tokenizer.ggml.scores", 6, tokens, new byte[4 * tokens])
                .bytes();
    }

    private static byte[] texts(int count) {
        return GgufBuilder.empty().array("a", 8, count, new byte[8 * count]).bytes();
    }

    /** So many arrays, each of so many levels that hold one array, the last empty. */
    private static byte[] nested(int count, int levels) {
        byte[] inner = join(FORMAT.i32(4), FORMAT.length(0));
        for (int i = 1; i < levels; i++) {
            inner = join(FORMAT.i32(9), FORMAT.length(1), inner);
        }
        byte[][] all = new byte[count][];
        Arrays.fill(all, inner);
        return GgufBuilder.empty().array("a", 9, count, join(all)).bytes();
    }

    @Test
    void moreEntriesThanAnyModelHasAreRefused() {
        for (byte[] file : new byte[][] {
            header(65_537, MemoryTest::key, 0, i -> new byte[0]),
            header(0, MemoryTest::key, 131_073, MemoryTest::tensor)
        }) {
            assertThat(refused(Memory.source(file)).rule()).isEqualTo("count-limit");
        }
    }

    @Test
    void aTextOfMoreThan64MebibytesIsRefusedUnread() throws IOException {
        Path file = folder.resolve("text.gguf");
        long length = (64L << 20) + 1;
        byte[] start = GgufBuilder.empty().raw("long", 8, FORMAT.i64(length)).bytes();
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(start);
            sparse.setLength(start.length + length);
        }
        assertThat(refused(new FileSource(file)).rule()).isEqualTo("text-length");
    }

    private static Finding refused(ByteSource source) {
        return catchThrowableOfType(GgufFormatException.class, () -> Gguf.read(source))
                .finding();
    }

    /** Nothing of an array of numbers is read until it is asked for, so that its length costs nothing. */
    @Test
    void anArrayOfMoreThan2To31ElementsIsPassedOver() throws IOException {
        long elements = (1L << 31) + 10;
        Path file = folder.resolve("long.gguf");
        byte[] start = GgufBuilder.empty()
                .array("long", 0, elements, new byte[0])
                .keyCount(2)
                .bytes();
        byte[] behind = join(FORMAT.string("behind".getBytes(StandardCharsets.US_ASCII)), FORMAT.i32(4), FORMAT.i32(7));
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(start);
            sparse.seek(start.length + elements);
            sparse.write(behind);
        }
        Gguf gguf = Gguf.read(file);
        assertThat(gguf.metadata().integer("behind")).hasValue(7);
        GgufArray array = gguf.metadata().array("long").orElseThrow();
        assertThat(array.size()).isEqualTo(elements);
        assertThatThrownBy(array::integers)
                .isInstanceOf(BearException.class)
                .hasMessageContaining("2147483658 elements");
    }
}
