package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTest {
    @TempDir
    Path folder;

    /** Everything that data/bear-tiny/README.md and export.py say about the file, and what follows from it. */
    @Nested
    class TheBuiltInModel {
        private final Gguf gguf = Gguf.read(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));

        @Test
        void saysWhatItsCardSays() {
            assertThat(gguf.version()).isEqualTo(3);
            assertThat(gguf.byteOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(gguf.size().bytes()).isEqualTo(2_115_616);
            assertThat(gguf.architecture()).contains("llama");
            assertThat(gguf.kind()).contains("model");
            assertThat(gguf.name()).contains("Bear Tiny");
            assertThat(gguf.license()).contains("GPL-3.0-or-later");
            assertThat(gguf.parameters()).hasValue(1_967_872);
            assertThat(gguf.quantization()).contains("Q8_0");
            assertThat(gguf.contextTokens()).hasValue(1024);
            assertThat(gguf.blockCount()).hasValue(3);
            assertThat(gguf.embeddingLength()).hasValue(256);
            assertThat(gguf.headCount()).hasValue(4);
            assertThat(gguf.keyValueHeadCount()).hasValue(2);
            assertThat(gguf.vocabularySize()).hasValue(768);
            assertThat(gguf.tokenizer()).contains("llama");
            assertThat(gguf.bosToken()).hasValue(1);
            assertThat(gguf.eosToken()).hasValue(4);
            assertThat(gguf.unknownToken()).hasValue(0);
            assertThat(gguf.paddingToken()).isEmpty();
            assertThat(gguf.chatTemplate().orElseThrow()).startsWith("{% for message in messages %}");
            assertThat(gguf.metadata().decimal("llama.rope.freq_base")).hasValue(10_000);
            assertThat(gguf.metadata().flag("tokenizer.ggml.add_bos_token")).contains(true);
        }

        @Test
        void hasItsWeightsInPlace() {
            assertThat(gguf.tensors()).hasSize(29);
            assertThat(gguf.tensors().stream()
                            .collect(Collectors.groupingBy(
                                    tensor -> tensor.type().name(), Collectors.counting())))
                    .containsOnlyKeys("Q8_0", "F32")
                    .containsEntry("F32", 7L);
            GgufTensor table = gguf.tensor("token_embd.weight").orElseThrow();
            assertThat(table.dimensions()).containsExactly(256L, 768L);
            assertThat(table.bytes()).isEqualTo(768 * 256 / 32 * 34);
            assertThat(table.offset()).isEqualTo(gguf.dataOffset());
            GgufTensor last = gguf.tensors().get(28);
            assertThat(last.offset() + last.bytes()).isEqualTo(gguf.size().bytes());
            // 22 x Q8_0 at 8.5 bits a weight, the norms at 32.
            long norms = 7L * 256;
            assertThat(gguf.tensorBytes()).isEqualTo((1_967_872 - norms) / 32 * 34 + norms * 4);
            assertThat(gguf.bitsPerWeight()).isEqualTo(OptionalDouble.of(8.0 * gguf.tensorBytes() / 1_967_872));
        }

        @Test
        void hasItsVocabulary() {
            List<String> tokens =
                    gguf.metadata().array("tokenizer.ggml.tokens").orElseThrow().texts();
            assertThat(tokens).hasSize(768).doesNotHaveDuplicates();
            assertThat(tokens).contains("<|im_start|>", "<|im_end|>", "<0x0A>", "\u2581bear");
            assertThat(tokens.get(4)).isEqualTo("<|im_end|>");
            assertThat(gguf.metadata()
                            .array("tokenizer.ggml.scores")
                            .orElseThrow()
                            .decimals())
                    .hasSize(768);
            long[] kinds = gguf.metadata()
                    .array("tokenizer.ggml.token_type")
                    .orElseThrow()
                    .integers();
            assertThat(kinds).hasSize(768).containsOnly(1, 2, 3, 6);
            assertThat(gguf.metadata().array("general.languages").orElseThrow().texts())
                    .containsExactly("en");
        }

        @Test
        void showsItself() {
            assertThat(gguf).hasToString("bear-tiny.gguf: llama, 1.97 million parameters, Q8_0, context 1024");
            assertThat(gguf.sheet().text())
                    .contains("1967872", "GPL-3.0-or-later", "29, 22 x Q8_0, 7 x F32", "768 x STRING");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,LE", "2,LE", "3,LE", "1,BE", "2,BE", "3,BE"})
    void readsEveryVersionInBothByteOrders(int version, String order) {
        ByteOrder byteOrder = order.equals("LE") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        Gguf gguf = read(GgufBuilder.model(version, byteOrder));
        assertThat(gguf.version()).isEqualTo(version);
        assertThat(gguf.byteOrder()).isEqualTo(byteOrder);
        assertThat(gguf.contextTokens()).hasValue(128);
        assertThat(gguf.parameters()).hasValue(32 * 5 + 32 + 32 + 32 * 32);
        assertThat(gguf.metadata().array("tokenizer.ggml.tokens").orElseThrow().texts())
                .containsExactly("<unk>", "<s>", "</s>", "<0x0A>", "\u2581bear");
        assertThat(gguf.metadata()
                        .array("tokenizer.ggml.token_type")
                        .orElseThrow()
                        .integers())
                .containsExactly(2, 3, 3, 6, 1);
        assertThat(gguf.metadata().decimal("llama.attention.layer_norm_rms_epsilon"))
                .hasValue(1e-5f);
    }

    @Test
    void readsEveryTypeOfValueExactly() {
        GgufBuilder file = GgufBuilder.empty();
        file.raw("u8", 0, new byte[] {(byte) 200}).raw("i8", 1, new byte[] {(byte) 200});
        file.raw("u16", 2, new byte[] {0, (byte) 0x80}).raw("i16", 3, new byte[] {0, (byte) 0x80});
        file.raw("u32", 4, file.i32(-1)).raw("i32", 5, file.i32(-1)).f32("f32", 0.1f);
        file.raw("true", 7, new byte[] {1}).raw("false", 7, new byte[] {0}).text("text", "Bär\n");
        file.raw("u64", 10, file.i64(-1)).raw("i64", 11, file.i64(Long.MIN_VALUE));
        file.raw("f64", 12, file.i64(Double.doubleToLongBits(Math.PI)));
        Metadata metadata = read(file).metadata();
        assertThat(metadata.integer("u8")).hasValue(200);
        assertThat(metadata.integer("i8")).hasValue(-56);
        assertThat(metadata.integer("u16")).hasValue(32_768);
        assertThat(metadata.integer("i16")).hasValue(-32_768);
        assertThat(metadata.integer("u32")).hasValue(4_294_967_295L);
        assertThat(metadata.integer("i32")).hasValue(-1);
        assertThat(metadata.integer("i64")).hasValue(Long.MIN_VALUE);
        assertThat(metadata.integer("u64")).as("beyond 2^63-1").isEmpty();
        assertThat(((GgufValue.Whole) metadata.value("u64").orElseThrow()).exact())
                .isEqualTo(BigInteger.TWO.pow(64).subtract(BigInteger.ONE));
        assertThat(metadata.value("u64").orElseThrow()).hasToString("18446744073709551615");
        assertThat(metadata.decimal("f32")).hasValue(0.1f);
        assertThat(metadata.value("f32").orElseThrow()).hasToString("0.1");
        assertThat(metadata.decimal("f64")).hasValue(Math.PI);
        assertThat(metadata.flag("true")).contains(true);
        assertThat(metadata.flag("false")).contains(false);
        assertThat(metadata.text("text")).contains("Bär\n");
        assertThat(metadata.text("u8")).as("not text").isEmpty();
        assertThat(metadata.keys()).startsWith("u8", "i8", "u16");
    }

    @Test
    void readsArraysInArrays() {
        GgufBuilder file = GgufBuilder.empty();
        byte[] inner = GgufBuilder.join(file.i32(4), file.length(2), file.i32(7), file.i32(8));
        file.array("nested", 9, 2, GgufBuilder.join(inner, inner)).u32("behind", 9);
        Metadata metadata = read(file).metadata();
        List<GgufValue> outer = metadata.array("nested").orElseThrow().values();
        assertThat(outer).hasSize(2);
        assertThat(((GgufArray) outer.get(1)).integers()).containsExactly(7, 8);
        assertThat(metadata.integer("behind")).hasValue(9);
    }

    @Test
    void readsLongArraysWhenAskedAndSaysWhereTheFileIsGone() throws IOException {
        float[] many = new float[100_000];
        many[99_999] = 5;
        Path file = GgufBuilder.empty().f32s("many", new float[10]).write(folder.resolve("few.gguf"));
        GgufArray few = Gguf.read(file).metadata().array("many").orElseThrow();
        Files.delete(file);
        assertThat(few.decimals()).as("a short array was kept").hasSize(10);

        byte[] floats = new byte[400_000];
        floats[399_998] = (byte) 0xA0;
        floats[399_999] = 0x40;
        GgufBuilder.empty().array("many", 6, 100_000, floats).write(file);
        GgufArray array = Gguf.read(file).metadata().array("many").orElseThrow();
        assertThat(array.size()).isEqualTo(100_000);
        assertThat(array.decimals()).isEqualTo(toDoubles(many));
        assertThatThrownBy(array::texts)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("FLOAT32");
        Files.delete(file);
        assertThatThrownBy(array::decimals).isInstanceOf(BearException.class).hasMessageContaining("no file");
    }

    private static double[] toDoubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    @Test
    void leavesEmptyWhatAFileDoesNotSay() {
        Gguf gguf = read(GgufBuilder.empty());
        assertThat(gguf.architecture()).isEmpty();
        assertThat(gguf.parameters()).isEmpty();
        assertThat(gguf.bitsPerWeight()).isEmpty();
        assertThat(gguf.quantization()).isEmpty();
        assertThat(gguf.contextTokens()).isEmpty();
        assertThat(gguf.vocabularySize()).isEmpty();
        assertThat(gguf.chatTemplate()).isEmpty();
        assertThat(gguf.keyValueHeadCount()).isEmpty();
        assertThat(gguf).hasToString("test.gguf: unknown architecture");
        assertThat(gguf.sheet().text()).contains("unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "15,12,Q4_K_M",
        "14,12,Q4_K_S",
        "7,8,Q8_0",
        "7,2,Q4_0",
        "1039,12,Q4_K_M",
        "99,12,Q4_K",
        "33,2,Q4_0",
        "29,22,IQ2_M"
    })
    void namesTheQuantizationByTheTensorsWhereTheFileTypeIsWrong(int fileType, int tensorType, String name) {
        Gguf gguf = read(GgufBuilder.empty()
                .u32("general.file_type", fileType)
                .tensor("norm", 0, 32)
                .tensor("weight", tensorType, 256, 4));
        assertThat(gguf.quantization()).contains(name);
    }

    @Test
    void knowsEveryTypeOfTensor() {
        assertThat(GgmlType.all()).hasSize(43);
        for (GgmlType type : GgmlType.all()) {
            if (type.isRemoved()) {
                continue;
            }
            Gguf gguf = read(GgufBuilder.empty().tensor("t", type.id(), type.blockElements() * 2L, 3));
            GgufTensor tensor = gguf.tensor("t").orElseThrow();
            assertThat(tensor.type()).isEqualTo(type);
            assertThat(tensor.bytes()).isEqualTo(type.blockBytes() * 6L);
            assertThat(tensor.elements()).isEqualTo(type.blockElements() * 6L);
            assertThat(type.bitsPerElement()).isBetween(1.0, 64.0);
        }
    }

    @Test
    void honoursTheAlignment() {
        Gguf gguf = read(GgufBuilder.empty().alignment(4096).tensor("a", 0, 3).tensor("b", 0, 3));
        assertThat(gguf.alignment()).isEqualTo(4096);
        assertThat(gguf.tensor("b").orElseThrow().offset()).isEqualTo(2 * 4096);
    }

    @Test
    void readsFilesLargerThanOneMappingWithoutTouchingTheirWeights() throws IOException {
        // Two tensors of 3 GB each and more than 2^31 elements in all, in a file that takes no room on the disk.
        long row = 1L << 20;
        Path file = folder.resolve("large.gguf");
        Files.write(
                file,
                GgufBuilder.empty()
                        .tensor("a".getBytes(StandardCharsets.UTF_8), 24, OptionalLong.of(0), new byte[0], row, 3000)
                        .tensor(
                                "b".getBytes(StandardCharsets.UTF_8),
                                24,
                                OptionalLong.of(row * 3000),
                                new byte[0],
                                row,
                                3000)
                        .bytes());
        long start = Files.size(file) / 32 * 32;
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(start + 6000 * row);
        }
        Gguf gguf = Gguf.read(file);
        assertThat(gguf.parameters()).hasValue(6000 * row);
        assertThat(gguf.tensor("b").orElseThrow().offset()).isEqualTo(start + 3000 * row);
        assertThat(gguf.bitsPerWeight()).hasValue(8);
    }

    @Nested
    class WhatIsNoFileOfThisFormat {
        @Test
        void isMissing() {
            assertThatThrownBy(() -> Gguf.read(folder.resolve("absent.gguf")))
                    .isInstanceOf(BearException.class)
                    .isNotInstanceOf(GgufFormatException.class)
                    .hasMessageContaining("There is no file")
                    .hasMessageContaining("Check the path");
        }

        @Test
        void isAFolder() {
            assertThatThrownBy(() -> Gguf.read(folder))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("directory");
        }

        @ParameterizedTest
        @CsvSource({
            "'<!DOCTYPE html><html>',web page",
            "'version https://git-lfs.github.com/spec/v1',Git LFS",
            "'PK archive',zip",
            "'tjgg old',before August 2023",
            "'something else',73 6f 6d 65",
            "'',empty"
        })
        void isSomethingElseUnderItsName(String content, String named) throws IOException {
            Path file = Files.writeString(folder.resolve("model.gguf"), content);
            assertThatThrownBy(() -> Gguf.read(file))
                    .isInstanceOf(GgufFormatException.class)
                    .hasMessageContaining(named);
        }
    }

    private Gguf read(GgufBuilder file) {
        return Gguf.read(file.write(folder.resolve("test.gguf")));
    }
}
