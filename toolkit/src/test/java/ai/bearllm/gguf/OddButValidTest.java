package ai.bearllm.gguf;

import static ai.bearllm.gguf.GgufBuilder.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.gguf.Finding.Severity;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing that the format allows is refused; what some loader refuses all the same is a finding. */
class OddButValidTest {
    private static final GgufBuilder FORMAT = GgufBuilder.empty();

    @ParameterizedTest(name = "{0}")
    @MethodSource({"plain", "odd"})
    void isRead(String what, GgufBuilder file, List<String> rules) {
        Gguf gguf = Gguf.read(Memory.source(file.bytes()));
        assertThat(gguf.findings()).extracting(Finding::rule).containsExactlyElementsOf(rules);
        assertThat(gguf.findings()).allSatisfy(finding -> {
            assertThat(finding.severity()).isNotEqualTo(Severity.ERROR);
            assertThat(finding.effect()).isNotBlank();
            assertThat(gguf.sheet().text()).contains("(rule " + finding.rule() + ")");
        });
    }

    static Stream<Arguments> plain() {
        GgufBuilder empty = GgufBuilder.empty();
        return Stream.of(
                valid("nothing at all", empty),
                valid("a vocabulary without tensors", GgufBuilder.model().withoutTensors()),
                valid("an empty array of texts", GgufBuilder.empty().texts("a")),
                valid("an empty array of numbers", GgufBuilder.empty().array("a", 5, 0, new byte[0])),
                valid("an empty text", GgufBuilder.empty().text("a", "")),
                valid("empty texts in an array", GgufBuilder.empty().texts("a", "", "", "x")),
                valid("a text of NULs and line ends", GgufBuilder.empty().text("a", "a\0b\r\n")),
                valid("texts of every plane", GgufBuilder.empty().text("a", "a\u00FC\u20AC\uD83D\uDC3B")),
                valid("one element", GgufBuilder.empty().tensor("a", 0, 1)),
                valid("four dimensions of 1", GgufBuilder.empty().tensor("a", 0, 1, 1, 1, 1)),
                valid("dimensions that end in 1", GgufBuilder.empty().tensor("a", 0, 32, 4, 1, 1)),
                valid(
                        "an end that is not padded",
                        GgufBuilder.empty().tensor("a", 0, 3).unpaddedEnd()),
                valid(
                        "alignment 8",
                        GgufBuilder.empty().alignment(8).tensor("a", 0, 3).tensor("b", 0, 3)),
                valid(
                        "alignment 64",
                        GgufBuilder.empty().alignment(64).tensor("a", 0, 3).tensor("b", 0, 3)),
                valid("alignment 1024", GgufBuilder.empty().alignment(1024).tensor("a", 0, 3)),
                valid("alignment 2^20", GgufBuilder.empty().alignment(1 << 20).tensor("a", 0, 3)),
                valid("version 2", GgufBuilder.model(2, ByteOrder.LITTLE_ENDIAN)),
                valid("a name of 63 bytes", GgufBuilder.empty().tensor("n".repeat(63), 0, 1)),
                valid("a name that is not ASCII", GgufBuilder.empty().tensor("gewicht.\u00FC", 0, 1)),
                valid("a name with blanks", GgufBuilder.empty().tensor("a b/c", 0, 1)),
                valid("a key of 65,535 bytes", GgufBuilder.empty().u32("k".repeat(65_535), 1)),
                valid("a key with hyphens and digits", GgufBuilder.empty().u32("gemma-embedding.x_1.2", 1)),
                valid(
                        "numbers at their ends",
                        GgufBuilder.empty().raw("a", 10, FORMAT.i64(-1)).raw("b", 1, new byte[] {-128})),
                valid(
                        "numbers that are none",
                        GgufBuilder.empty().f32("a", Float.NaN).f32("b", Float.NEGATIVE_INFINITY)),
                valid("an alignment of 32 said twice over", GgufBuilder.empty().alignment(32)),
                valid(
                        "two tensors that differ in case",
                        GgufBuilder.empty().tensor("a", 0, 1).tensor("A", 0, 1)));
    }

    static Stream<Arguments> odd() {
        byte[] inner = join(FORMAT.i32(4), FORMAT.length(1), FORMAT.i32(7));
        byte[] deep = join(FORMAT.i32(4), FORMAT.length(0));
        for (int i = 0; i < 15; i++) {
            deep = join(FORMAT.i32(9), FORMAT.length(1), deep);
        }
        ByteOrder foreign =
                ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] data = new byte[32];
        return Stream.of(
                arguments("version 1", GgufBuilder.model(1, ByteOrder.nativeOrder()), List.of("version")),
                arguments("the other byte order", GgufBuilder.model(3, foreign), List.of("byte-order")),
                arguments("both", GgufBuilder.model(1, foreign), List.of("version", "byte-order")),
                arguments(
                        "arrays in an array",
                        GgufBuilder.empty().array("a", 9, 2, join(inner, inner)),
                        List.of("nested-array")),
                arguments(
                        "no arrays in an array",
                        GgufBuilder.empty().array("a", 9, 0, new byte[0]),
                        List.of("nested-array")),
                arguments("16 levels of arrays", GgufBuilder.empty().raw("a", 9, deep), List.of("nested-array")),
                arguments("a key in capitals", GgufBuilder.empty().u32("General.Name", 1), List.of("key-style")),
                arguments(
                        "a key with a blank",
                        GgufBuilder.empty().u32("tokenizer.chat_template.tool use", 1),
                        List.of("key-style")),
                arguments("a key with an empty segment", GgufBuilder.empty().u32("a..b", 1), List.of("key-style")),
                arguments(
                        "a name with a line end",
                        GgufBuilder.empty().tensor("a\nb", 0, 1),
                        List.of("tensor-name-style")),
                arguments(
                        "tensors in another order than their table",
                        GgufBuilder.empty()
                                .tensor("a".getBytes(StandardCharsets.UTF_8), 0, OptionalLong.of(64), data, 8)
                                .tensor("b".getBytes(StandardCharsets.UTF_8), 0, OptionalLong.of(0), data, 8)
                                .tensor("c".getBytes(StandardCharsets.UTF_8), 0, OptionalLong.of(32), data, 8),
                        List.of("tensor-order")));
    }

    private static Arguments valid(String what, GgufBuilder file) {
        return arguments(what, file, List.of());
    }

    @Test
    void inAnotherOrderEachTensorHasItsOwnBytes() {
        byte[] one = new byte[32];
        byte[] two = new byte[32];
        two[0] = 2;
        Gguf gguf = Gguf.read(Memory.source(GgufBuilder.empty()
                .tensor(new byte[] {'a'}, 24, OptionalLong.of(32), one, 32)
                .tensor(new byte[] {'b'}, 24, OptionalLong.of(0), two, 32)
                .bytes()));
        assertThat(gguf.tensors()).extracting(GgufTensor::name).containsExactly("a", "b");
        assertThat(gguf.tensor("a").orElseThrow().offset()).isEqualTo(gguf.dataOffset() + 32);
        assertThat(gguf.tensor("b").orElseThrow().offset()).isEqualTo(gguf.dataOffset());
    }

    @Test
    void severalErrorsAreOneReport() {
        GgufBuilder file = GgufBuilder.empty();
        byte[] bytes = file.raw("bool", 7, new byte[] {3})
                .raw("text", 8, file.string((byte) 0xFF))
                .u32("twice", 1)
                .again("twice")
                .u32("Odd", 1)
                .tensor("", 0, 1)
                .tensor("removed", 4, 32)
                .tensor("unknown", 77, 32)
                .tensor("row", 8, 33)
                .tensor("zero", 0, 0)
                .bytes();
        GgufFormatException refusal =
                catchThrowableOfType(GgufFormatException.class, () -> Gguf.read(Memory.source(bytes)));
        assertThat(refusal.findings())
                .extracting(Finding::rule)
                .containsExactly(
                        "bool",
                        "utf-8",
                        "duplicate-key",
                        "tensor-name",
                        "tensor-type",
                        "tensor-type",
                        "block",
                        "dimension",
                        "key-style");
        assertThat(refusal.finding().rule()).isEqualTo("bool");
        assertThat(refusal).hasMessageContaining("It is the first of 8 errors.");
        assertThat(refusal.findings().get(4).found()).contains("Q4_2", "removed");
        assertThat(refusal.findings().get(5).found()).contains("77", "unknown");
    }

    @Test
    void aReportOfManyErrorsEnds() {
        byte[] bools = new byte[5000];
        java.util.Arrays.fill(bools, (byte) 9);
        GgufFormatException refusal = catchThrowableOfType(
                GgufFormatException.class,
                () -> Gguf.read(Memory.source(
                        GgufBuilder.empty().array("a", 7, 5000, bools).bytes())));
        assertThat(refusal.findings()).hasSize(100);
    }
}
