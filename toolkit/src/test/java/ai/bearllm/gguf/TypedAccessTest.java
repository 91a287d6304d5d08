package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.gguf.Finding.Severity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file says about its model, where it says it in more than one way. */
class TypedAccessTest {
    private static Gguf read(GgufBuilder file) {
        return Gguf.read(Memory.source(file.bytes()));
    }

    @Test
    void headsAreTheSameInEachLayerOrNot() {
        Gguf same = read(GgufBuilder.model().u32("llama.block_count", 3));
        assertThat(same.headCounts()).containsExactly(4L, 4L, 4L);
        assertThat(same.keyValueHeadCounts()).containsExactly(2L, 2L, 2L);
        Gguf differing = read(GgufBuilder.model()
                .u32("llama.block_count", 3)
                .i32s("llama.attention.head_count_kv", 2, 1, 0)
                .i32s("llama.attention.head_count", 4, 4, 4, 9));
        assertThat(differing.keyValueHeadCounts()).containsExactly(2L, 1L, 0L);
        assertThat(differing.keyValueHeadCount()).isEmpty();
        assertThat(differing.headCounts()).as("more than there are layers").containsExactly(4L, 4L, 4L);
        assertThat(differing.headCount()).hasValue(4);
        assertThat(differing.sheet().text()).contains("[2, 1, 0] by layer");
        Gguf unwritten = read(GgufBuilder.model().without("llama.attention.head_count_kv"));
        assertThat(unwritten.keyValueHeadCounts()).containsExactly(4L);
    }

    @Test
    void headsAreUnknownWhereTheFileDoesNotSay() {
        assertThat(read(GgufBuilder.model().without("llama.block_count")).headCounts())
                .isEmpty();
        assertThat(read(GgufBuilder.model().without("llama.block_count")).headCount())
                .hasValue(4);
        Gguf short1 = read(GgufBuilder.model().u32("llama.block_count", 3).i32s("llama.attention.head_count", 4, 4));
        assertThat(short1.headCounts()).isEmpty();
        assertThat(short1.headCount()).isEmpty();
        Gguf texts = read(GgufBuilder.model().texts("llama.attention.head_count", "4"));
        assertThat(texts.headCounts()).isEmpty();
        // A billion layers take no memory.
        Gguf many = read(GgufBuilder.model().u32("llama.block_count", 1_000_000_000));
        assertThat(many.headCounts()).hasSize(1_000_000_000);
    }

    @Test
    void chatTemplatesHaveNames() {
        Gguf gguf = read(GgufBuilder.model()
                .text("tokenizer.chat_template", "one")
                .text("tokenizer.chat_template.tool_use", "two")
                .texts("tokenizer.chat_templates", "tool_use")
                .text("tokenizer.chat_template.rag", "three"));
        assertThat(gguf.chatTemplates())
                .containsExactly(
                        org.assertj.core.api.Assertions.entry("default", "one"),
                        org.assertj.core.api.Assertions.entry("tool_use", "two"),
                        org.assertj.core.api.Assertions.entry("rag", "three"));
        assertThat(gguf.sheet().text()).contains("in the file: default, tool_use, rag");
        assertThat(read(GgufBuilder.empty()).chatTemplates()).isEmpty();
    }

    /** Types of the matrices of two layers, of the output, and what general.file_type says. */
    @ParameterizedTest
    @CsvSource({
        // Mixtures as llama.cpp's quantizer makes them, where the file does not name its type.
        "12,14,14,,Q4_K_M",
        "12,13,14,,Q4_K_S",
        "12,12,14,,Q4_K_S",
        "12,12,12,,Q4_K",
        "13,14,14,,Q5_K_M",
        "13,13,14,,Q5_K_S",
        "11,12,14,,Q3_K_M",
        "11,13,14,,Q3_K_L",
        "11,11,14,,Q3_K_S",
        "10,11,14,,Q2_K",
        "10,12,14,,Q2_K_S",
        "14,14,14,,Q6_K",
        "8,8,8,,Q8_0",
        "1,1,1,,F16",
        // The output is finer and larger than the layers.
        "2,2,14,,Q4_0",
        // What the file says, where the tensors bear it out.
        "12,14,14,15,Q4_K_M",
        "12,14,14,14,Q4_K_S",
        // Rows that no block of 256 fits: Q5_0 stands in for Q4_K.
        "6,8,8,15,Q4_K_M",
        // And where they do not.
        "8,8,8,15,Q8_0",
        "12,14,14,7,Q4_K_M"
    })
    void theTensorsNameTheQuantization(int most, int some, int output, Integer fileType, String name) {
        GgufBuilder file = GgufBuilder.empty().text("general.architecture", "llama");
        if (fileType != null) {
            file.u32("general.file_type", fileType);
        }
        Gguf gguf = read(file.tensor("output.weight", output, 256, 40)
                .tensor("output_norm.weight", 0, 256)
                .tensor("blk.0.attn_norm.weight", 0, 256)
                .tensor("blk.0.ffn_up.weight", most, 256, 20)
                .tensor("blk.0.attn_v.weight", some, 256, 10));
        assertThat(gguf.quantization()).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"15,8,WARNING", "7,12,WARNING", "0,1,WARNING", "5,2,WARNING", "999,8,NOTE", "8,8,WARNING", "1031,8,"})
    void aFileTypeThatIsNotTrueIsAFinding(int fileType, int tensorType, Severity severity) {
        Gguf gguf = read(GgufBuilder.empty()
                .u32("general.file_type", fileType)
                .tensor("blk.0.ffn_up.weight", tensorType, 256, 4));
        if (severity == null) {
            assertThat(gguf.findings()).isEmpty();
            return;
        }
        assertThat(gguf.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("file-type");
            assertThat(finding.severity()).isEqualTo(severity);
            assertThat(finding.found()).contains(String.valueOf(fileType));
        });
    }

    @Test
    void aFileTypeThatIsTrueOfAFewIsANote() {
        Gguf gguf = read(GgufBuilder.empty()
                .u32("general.file_type", 15)
                .tensor("blk.0.ffn_up.weight", 8, 256, 40)
                .tensor("blk.0.attn_q.weight", 12, 256, 4));
        assertThat(gguf.quantization()).contains("Q4_K_M");
        assertThat(gguf.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.NOTE);
            assertThat(finding.found()).contains("most weights are Q8_0");
        });
    }
}
