package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a split model are one model, or are refused by a rule that says which part is wrong and how. */
class SplitModelTest {
    @TempDir
    Path folder;

    /** Three parts as llama.cpp's splitter writes them: four tensors, then one, then two. */
    @BeforeEach
    void write() {
        GgufBuilder.model().part(0, 3, 7).write(part(1));
        second().write(part(2));
        GgufBuilder.empty()
                .part(2, 3, 7)
                .tensor("blk.0.ffn_up.weight", 0, 32, 64)
                .tensor("blk.0.ffn_down.weight", 8, 64, 32)
                .write(part(3));
    }

    private static GgufBuilder second() {
        return GgufBuilder.empty().part(1, 3, 7).tensor("blk.0.attn_k.weight", 8, 32, 16);
    }

    private Path part(int number) {
        return folder.resolve("model-0000" + number + "-of-00003.gguf");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void areOneModelWhicheverIsNamed(int named) throws IOException {
        Gguf gguf = Gguf.read(part(named));
        assertThat(gguf.source()).isEqualTo("model-00001-of-00003.gguf");
        assertThat(gguf.name()).contains("Test Model");
        assertThat(gguf.parts()).extracting(GgufPart::tensors).containsExactly(4, 1, 2);
        assertThat(gguf.parts())
                .extracting(GgufPart::name)
                .containsExactly("model-00001-of-00003.gguf", "model-00002-of-00003.gguf", "model-00003-of-00003.gguf");
        assertThat(gguf.size().bytes()).isEqualTo(Files.size(part(1)) + Files.size(part(2)) + Files.size(part(3)));
        assertThat(gguf.parameters()).hasValue(32 * 5 + 32 + 32 + 32 * 32 + 32 * 16 + 2 * 32 * 64);
        assertThat(gguf.tensors()).extracting(GgufTensor::part).containsExactly(0, 0, 0, 0, 1, 2, 2);
        GgufTensor last = gguf.tensor("blk.0.ffn_down.weight").orElseThrow();
        GgufPart holder = gguf.parts().get(last.part());
        assertThat(last.offset()).isEqualTo(holder.dataOffset() + 32 * 64 * 4);
        assertThat(last.offset() + last.bytes())
                .isLessThanOrEqualTo(holder.size().bytes());
        assertThat(gguf.sheet().text()).contains("3, up to model-00003-of-00003.gguf");
        assertThat(gguf.toString()).startsWith("model-00001-of-00003.gguf: llama");
    }

    @Test
    void canBeReadEachAlone() {
        Gguf alone = Gguf.readPart(part(2));
        assertThat(alone.tensors()).hasSize(1);
        assertThat(alone.parts()).hasSize(1);
        assertThat(alone.architecture()).isEmpty();
    }

    @Test
    void mayHaveNoTensorsInTheFirst() {
        GgufBuilder.model().withoutTensors().part(0, 3, 3).write(part(1));
        second().part(1, 3, 3).write(part(2));
        GgufBuilder.empty().part(2, 3, 3).tensor("a", 0, 32).tensor("b", 0, 32).write(part(3));
        assertThat(Gguf.read(part(1)).tensors())
                .extracting(GgufTensor::name)
                .containsExactly("blk.0.attn_k.weight", "a", "b");
    }

    @Test
    void oneOfOneIsAModelByItself() {
        Path file = GgufBuilder.model().part(0, 1, 4).write(folder.resolve("any name.gguf"));
        assertThat(Gguf.read(file).tensors()).hasSize(4);
    }

    @Test
    void carryTheirFindingsWithTheirNames() {
        second().u32("Odd Key", 1).write(part(2));
        assertThat(Gguf.read(part(1)).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("key-style");
            assertThat(finding.found()).startsWith("model-00002-of-00003.gguf: ");
        });
    }

    @Test
    void mayCountInOtherTypesThanLlamaCppReads() {
        second().u32("split.no", 1).write(part(2));
        assertThat(Gguf.read(part(1)).findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("split-type");
            assertThat(finding.found()).isEqualTo("model-00002-of-00003.gguf: split.no is of type UINT32");
        });
    }

    @Test
    void areRefusedWhereOneIsMissing() throws IOException {
        Files.delete(part(2));
        for (int named : new int[] {1, 3}) {
            GgufFormatException refusal = refused(part(named));
            assertThat(refusal.finding().rule()).isEqualTo("split-missing");
            assertThat(refusal.finding().found()).contains("model-00002-of-00003.gguf");
            assertThat(refusal.fix()).contains("Put model-00002-of-00003.gguf into the same folder");
        }
        assertThatThrownBy(() -> Gguf.read(part(2)))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("There is no file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model.gguf",
                "model-00001-of-00004.gguf",
                "model-00002-of-00003.gguf",
                "model-1-of-3.gguf",
                "model-00001-of-00003.bin"
            })
    void areRefusedUnderOtherNames(String name) throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path file = Files.copy(part(1), elsewhere.resolve(name));
        GgufFormatException refusal = refused(file);
        assertThat(refusal.finding().rule()).isEqualTo("split-name");
        assertThat(refusal.fix()).contains("-00001-of-00003.gguf");
        assertThat(Gguf.readPart(file).tensors()).hasSize(4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void areRefusedWhereTheyDoNotBelongTogether(String what, int number, GgufBuilder builder, String rule) {
        builder.write(part(number));
        GgufFormatException refusal = refused(part(1));
        assertThat(refusal.finding().rule()).isEqualTo(rule);
        assertThat(refusal.finding().limit()).isNotBlank();
        assertThat(refusal.fix()).isNotBlank();
        assertThat(refusal).hasMessageContaining(part(number).getFileName().toString());
    }

    static Stream<Arguments> areRefusedWhereTheyDoNotBelongTogether() {
        return Stream.of(
                arguments("another number than its name", 2, second().u16("split.no", 2), "split-number"),
                arguments("no number", 2, second().without("split.no"), "split-number"),
                arguments("another count", 2, second().u16("split.count", 4), "split-count"),
                arguments("no count", 2, second().without("split.count"), "split-count"),
                arguments("another number of tensors", 2, second().part(1, 3, 8), "split-tensors"),
                arguments(
                        "no number of tensors",
                        3,
                        second().part(2, 3, 7).without("split.tensors.count"),
                        "split-tensors"),
                arguments("fewer tensors than declared", 3, second().part(2, 3, 7), "split-model"),
                arguments("another architecture", 2, second().text("general.architecture", "gemma"), "split-model"),
                arguments("another name", 2, second().text("general.name", "Other"), "split-model"),
                arguments(
                        "a tensor that another part has",
                        2,
                        second().withoutTensors().tensor("output_norm.weight", 0, 32),
                        "split-model"),
                arguments(
                        "the other byte order",
                        2,
                        GgufBuilder.empty(3, ByteOrder.BIG_ENDIAN).part(1, 3, 7).tensor("blk.0.attn_k.weight", 0, 32),
                        "split-model"),
                arguments(
                        "a damaged table", 3, GgufBuilder.empty().part(2, 3, 7).tensor("a", 99, 1), "tensor-type"));
    }

    @Test
    void areRefusedWhereATensorIsMissing() {
        GgufBuilder.model().part(0, 2, 6).write(folder.resolve("m-00001-of-00002.gguf"));
        GgufBuilder.empty().part(1, 2, 6).tensor("a", 0, 1).write(folder.resolve("m-00002-of-00002.gguf"));
        GgufFormatException refusal = refused(folder.resolve("m-00002-of-00002.gguf"));
        assertThat(refusal.finding().rule()).isEqualTo("split-tensors");
        assertThat(refusal.finding().found()).isEqualTo("the parts hold 5 tensors");
        assertThat(refusal.finding().limit()).startsWith("6,");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void areRefusedWhereTheNumbersAreNone(String what, GgufBuilder builder) {
        assertThat(refused(builder.write(part(1))).finding().rule()).isEqualTo("split-number");
    }

    static Stream<Arguments> areRefusedWhereTheNumbersAreNone() {
        GgufBuilder file = GgufBuilder.empty();
        return Stream.of(
                arguments("part 4 of 3", GgufBuilder.model().part(3, 3, 7)),
                arguments("part -1", GgufBuilder.model().part(0, 3, 7).raw("split.no", 5, file.i32(-1))),
                arguments("part 2 of none", GgufBuilder.model().part(1, 3, 7).without("split.count")),
                arguments(
                        "part of 3 without a number",
                        GgufBuilder.model().part(0, 3, 7).without("split.no")),
                arguments("2^32 parts", GgufBuilder.model().part(0, 3, 7).raw("split.count", 11, file.i64(1L << 32))));
    }

    private static GgufFormatException refused(Path file) {
        return catchThrowableOfType(GgufFormatException.class, () -> Gguf.read(file));
    }
}
