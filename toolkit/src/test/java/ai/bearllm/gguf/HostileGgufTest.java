package ai.bearllm.gguf;

import static ai.bearllm.gguf.GgufBuilder.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One file for each way in which readers of this format have been broken, or could be; the numbers name the known ones. */
class HostileGgufTest {
    private static final GgufBuilder FORMAT = GgufBuilder.empty();
    private static final byte[] BAD_UTF_8 = {'a', (byte) 0xC0, (byte) 0x80};

    @ParameterizedTest(name = "{0}")
    @MethodSource({"headers", "values", "keys", "alignments", "tensorEntries", "tensorPlaces"})
    void isRefusedByItsRule(String what, byte[] file, String rule) {
        Throwable thrown = catchThrowable(() -> Gguf.read(Memory.source(file)));
        assertThat(thrown).isInstanceOf(GgufFormatException.class);
        Finding finding = ((GgufFormatException) thrown).finding();
        assertThat(finding.rule()).isEqualTo(rule);
        assertThat(finding.offset().orElseThrow()).isBetween(0L, (long) file.length);
        assertThat(thrown).hasMessageContaining("expected").hasMessageContaining("Do not load");
        assertThat(Memory.toRead(file)).as("bytes allocated").isLessThan(Memory.limit(file.length));
    }

    static Stream<Arguments> headers() {
        byte[] version0 = GgufBuilder.model(0, java.nio.ByteOrder.LITTLE_ENDIAN).bytes();
        byte[] version4 = GgufBuilder.model(4, java.nio.ByteOrder.LITTLE_ENDIAN).bytes();
        return Stream.of(
                arguments("no version", "GGUF".getBytes(StandardCharsets.US_ASCII), "truncated"),
                arguments("version 0", version0, "version"),
                arguments("version 4", version4, "version"),
                // CVE-2024-23496: number of keys used before comparison with the file.
                arguments(
                        "keys beyond the file",
                        GgufBuilder.model().keyCount(1L << 40).bytes(),
                        "count-bounds"),
                arguments("negative keys", GgufBuilder.model().keyCount(-1).bytes(), "count-bounds"),
                arguments("one key too many", GgufBuilder.empty().keyCount(1).bytes(), "count-bounds"),
                // CVE-2024-21825: number of tensors that wraps when multiplied.
                arguments(
                        "tensors beyond the file",
                        GgufBuilder.model().tensorCount(1L << 58).bytes(),
                        "count-bounds"),
                arguments(
                        "negative tensors",
                        GgufBuilder.model().tensorCount(Long.MIN_VALUE).bytes(),
                        "count-bounds"));
    }

    static Stream<Arguments> values() {
        byte[] nested = join(FORMAT.i32(4), FORMAT.length(0));
        for (int i = 0; i < 20; i++) {
            nested = join(FORMAT.i32(9), FORMAT.length(1), nested);
        }
        return Stream.of(
                // CVE-2024-21836, CVE-2024-23605: length of a text used before comparison with the file.
                refused("text beyond the file", "k", 8, FORMAT.i64(1L << 40), "count-bounds"),
                refused("text of length -1", "k", 8, FORMAT.i64(-1), "count-bounds"),
                refused("text that is not UTF-8", "k", 8, FORMAT.string(BAD_UTF_8), "utf-8"),
                refused("unknown type", "k", 13, FORMAT.i64(0), "value-type"),
                refused("type 2^32-1", "k", -1, FORMAT.i64(0), "value-type"),
                refused("bool 2", "k", 7, new byte[] {2}, "bool"),
                refused(
                        "bool 2 in an array",
                        "k",
                        9,
                        join(FORMAT.i32(7), FORMAT.length(3), new byte[] {1, 0, 2}),
                        "bool"),
                // CVE-2024-21802: number of elements used before comparison with the file.
                refused("2^29 elements", "k", 9, join(FORMAT.i32(12), FORMAT.length(1 << 29)), "count-bounds"),
                refused(
                        "elements times size wraps",
                        "k",
                        9,
                        join(FORMAT.i32(12), FORMAT.i64(1L << 61)),
                        "count-bounds"),
                refused("-1 elements", "k", 9, join(FORMAT.i32(0), FORMAT.i64(-1)), "count-bounds"),
                refused("2^29 texts", "k", 9, join(FORMAT.i32(8), FORMAT.length(1 << 29)), "count-bounds"),
                refused("2^29 arrays", "k", 9, join(FORMAT.i32(9), FORMAT.length(1 << 29)), "count-bounds"),
                refused("unknown element type", "k", 9, join(FORMAT.i32(99), FORMAT.length(0)), "value-type"),
                refused(
                        "text in an array beyond the file",
                        "k",
                        9,
                        join(FORMAT.i32(8), FORMAT.length(1), FORMAT.i64(Long.MAX_VALUE)),
                        "count-bounds"),
                refused(
                        "text in an array that is not UTF-8",
                        "k",
                        9,
                        join(FORMAT.i32(8), FORMAT.length(1), FORMAT.string(BAD_UTF_8)),
                        "utf-8"),
                refused("arrays nested too deep", "k", 9, nested, "array-depth"));
    }

    static Stream<Arguments> keys() {
        return Stream.of(
                refused("empty key", "", 4, FORMAT.i32(0), "key"),
                refused("key with NUL", "a\0b", 4, FORMAT.i32(0), "key"),
                refused("key that is not ASCII", "schlüssel", 4, FORMAT.i32(0), "key"),
                refused("key of 70,000 bytes", "k".repeat(70_000), 4, FORMAT.i32(0), "key"),
                arguments(
                        "key twice",
                        GgufBuilder.empty().u32("a", 1).u32("b", 2).again("a").bytes(),
                        "duplicate-key"));
    }

    static Stream<Arguments> alignments() {
        Stream<Arguments> wrong = Stream.of(0, 1, 4, 24, 33, 1 << 21, 1 << 31)
                .map(value -> refused("alignment " + value, "general.alignment", 4, FORMAT.i32(value), "alignment"));
        return Stream.concat(
                wrong,
                Stream.of(
                        refused("alignment of another type", "general.alignment", 10, FORMAT.i64(32), "alignment"),
                        refused("alignment as text", "general.alignment", 8, FORMAT.string((byte) 32), "alignment")));
    }

    static Stream<Arguments> tensorEntries() {
        return Stream.of(
                entry("name of 64 bytes", "n".repeat(64), 0, "tensor-name", 1),
                entry("name of 32 two-byte characters", "ü".repeat(32), 0, "tensor-name", 1),
                entry("empty name", "", 0, "tensor-name", 1),
                entry("name with NUL", "a\0", 0, "tensor-name", 1),
                arguments(
                        "name that is not UTF-8",
                        GgufBuilder.empty()
                                .tensor(BAD_UTF_8, 0, OptionalLong.empty(), new byte[4], 1)
                                .bytes(),
                        "utf-8"),
                arguments(
                        "name twice",
                        GgufBuilder.empty().tensor("a", 0, 8).tensor("a", 0, 8).bytes(),
                        "duplicate-tensor"),
                entry("no dimensions", "t", 0, "dimension-count"),
                entry("five dimensions", "t", 0, "dimension-count", 1, 1, 1, 1, 1),
                entry("dimension 0", "t", 0, "dimension", 4, 0),
                entry("dimension -1", "t", 0, "dimension", -1),
                // CVE-2026-33298: the product of the dimensions wraps.
                entry("product wraps to 0", "t", 0, "dimension", 1L << 32, 1L << 32),
                entry("product wraps to 4", "t", 0, "dimension", (1L << 62) + 1, 4),
                entry("unknown type", "t", 99, "tensor-type", 1),
                entry("type 2^32-1", "t", -1, "tensor-type", 1),
                entry("removed type", "t", 4, "tensor-type", 32),
                entry("row that is no multiple of the block", "t", 8, "block", 33, 32));
    }

    static Stream<Arguments> tensorPlaces() {
        byte[] none = {};
        byte[] name = {'t'};
        return Stream.of(
                // CVE-2025-53630, CVE-2026-27940: the size of a tensor, or of all, wraps.
                entry("size wraps", "t", 28, "size-overflow", 1L << 61),
                entry("padding wraps", "t", 24, "size-overflow", Long.MAX_VALUE - 3),
                arguments(
                        "sum wraps",
                        GgufBuilder.empty()
                                .tensor(name, 24, OptionalLong.of(0), none, 1L << 62)
                                .tensor(new byte[] {'u'}, 24, OptionalLong.of(1L << 62), none, 1L << 62)
                                .bytes(),
                        "size-overflow"),
                // CVE-2026-7482: more data declared than the file has.
                entry("data beyond the file", "t", 0, "tensor-bounds", 1000),
                arguments(
                        "data one byte too short",
                        GgufBuilder.empty()
                                .tensor(name, 0, OptionalLong.of(0), new byte[127], 32)
                                .unpaddedEnd()
                                .bytes(),
                        "tensor-bounds"),
                place("over the first", 0, "tensor-overlap"),
                place("not aligned", 4, "tensor-alignment"),
                place("leaving a gap", 64, "tensor-gap"),
                place("at a negative place", -32, "tensor-bounds"),
                place("where its end wraps", Long.MAX_VALUE - 31, "tensor-bounds"),
                place("beyond the file", 1L << 50, "tensor-bounds"),
                arguments(
                        "first tensor leaving a gap",
                        GgufBuilder.empty()
                                .tensor(name, 0, OptionalLong.of(32), new byte[64], 8)
                                .bytes(),
                        "tensor-gap"),
                arguments(
                        "tensors in another order, over each other",
                        GgufBuilder.empty()
                                .tensor(name, 0, OptionalLong.of(32), new byte[64], 16)
                                .tensor(new byte[] {'u'}, 0, OptionalLong.of(0), new byte[64], 16)
                                .bytes(),
                        "tensor-overlap"));
    }

    private static Arguments refused(String what, String key, int type, byte[] value, String rule) {
        return arguments(what, GgufBuilder.empty().raw(key, type, value).bytes(), rule);
    }

    private static Arguments entry(String what, String name, int type, String rule, long... dimensions) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] file = GgufBuilder.empty()
                .tensor(bytes, type, OptionalLong.of(0), new byte[64], dimensions)
                .bytes();
        return arguments(what, file, rule);
    }

    private static Arguments place(String what, long offset, String rule) {
        byte[] file = GgufBuilder.empty()
                .tensor("a", 0, 8)
                .tensor(new byte[] {'b'}, 0, OptionalLong.of(offset), new byte[64], 8)
                .bytes();
        return arguments("second tensor " + what, file, rule);
    }
}
