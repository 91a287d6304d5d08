package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.GgufBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be wrong in a file that can be read: one file for each rule, and files that must pass. */
class RulesTest {
    private static final String TOKENS = "tokenizer.ggml.tokens";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"layouts", "vocabularies", "specialTokens", "templates"})
    void refuses(String what, GgufBuilder file, String check, String rule) {
        Validation validation = validated(file);
        assertThat(validation.failures()).extracting(Check::name).containsExactly(check);
        assertThat(validation.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .extracting(Finding::rule)
                .containsOnly(rule);
    }

    static Stream<Arguments> layouts() {
        return Stream.of(
                structure("bytes behind the last tensor", GgufBuilder.model().trailing((byte) 0), "trailing-bytes"),
                structure(
                        "padding that is not zero",
                        GgufBuilder.model().alignment(128).padding(1),
                        "padding"),
                structure(
                        "bytes behind a file of metadata alone",
                        GgufBuilder.model().withoutTensors().trailing(new byte[64]),
                        "trailing-bytes"));
    }

    static Stream<Arguments> specialTokens() {
        String prefix = "tokenizer.ggml.";
        return Stream.of(
                tokenizer(
                        "a score that is not a number",
                        GgufBuilder.model().f32s(prefix + "scores", 0, 0, Float.NaN, 0, 0),
                        "token-scores"),
                tokenizer(
                        "an infinite score",
                        GgufBuilder.model().f32s(prefix + "scores", 0, 0, Float.POSITIVE_INFINITY, 0, 0),
                        "token-scores"),
                tokenizer("a kind that is a number", GgufBuilder.model().u32(prefix + "model", 1), "tokenizer-model"),
                tokenizer(
                        "a switch that is a number",
                        GgufBuilder.model().u32(prefix + "add_bos_token", 1),
                        "token-switch"),
                tokenizer(
                        "a way to split that is a number", GgufBuilder.model().u32(prefix + "pre", 1), "pre-tokenizer"),
                tokenizer("ends beyond", GgufBuilder.model().i32s(prefix + "eos_token_ids", 2, 5), "token-id"),
                tokenizer("ends that are one number", GgufBuilder.model().u32(prefix + "eos_token_ids", 2), "token-id"),
                tokenizer(
                        "an output of fewer rows than tokens",
                        GgufBuilder.model().tensor("output.weight", 0, 32, 4),
                        "embedding"),
                tokenizer(
                        "an index beyond the replacements",
                        GgufBuilder.model()
                                .array(prefix + "precompiled_charsmap", 0, 6, new byte[] {99, 0, 0, 0, 1, 2}),
                        "charsmap"),
                tokenizer(
                        "replacements too short for an index",
                        GgufBuilder.model().array(prefix + "precompiled_charsmap", 0, 3, new byte[3]),
                        "charsmap"),
                tokenizer(
                        "replacements that are texts",
                        GgufBuilder.model().texts(prefix + "precompiled_charsmap", "a"),
                        "charsmap"));
    }

    private static GgufBuilder split(int number, int count) {
        return GgufBuilder.model().u32("split.no", number).u32("split.count", count);
    }

    private static GgufBuilder projector(int image, int patch) {
        return GgufBuilder.empty()
                .text("general.architecture", "clip")
                .u32("clip.vision.image_size", image)
                .u32("clip.vision.patch_size", patch)
                .tensor("v.patch_embd.weight", 0, 8);
    }

    static Stream<Arguments> vocabularies() {
        String prefix = "tokenizer.ggml.";
        GgufBuilder file = GgufBuilder.empty();
        return Stream.of(
                tokenizer("tokens that are numbers", GgufBuilder.model().i32s(TOKENS, 1, 2, 3, 4, 5), "tokens"),
                tokenizer("tokens that are one text", GgufBuilder.model().text(TOKENS, "a"), "tokens"),
                tokenizer("no tokens in the array", GgufBuilder.model().texts(TOKENS), "tokens"),
                tokenizer("too few scores", GgufBuilder.model().f32s(prefix + "scores", 0, 0), "token-arrays"),
                tokenizer(
                        "scores of another type",
                        GgufBuilder.model().array(prefix + "scores", 12, 5, new byte[40]),
                        "token-arrays"),
                tokenizer("scores that are one number", GgufBuilder.model().f32(prefix + "scores", 0), "token-arrays"),
                tokenizer("too few types", GgufBuilder.model().i32s(prefix + "token_type", 2, 3, 3, 6), "token-arrays"),
                tokenizer(
                        "types of one byte",
                        GgufBuilder.model().array(prefix + "token_type", 0, 5, new byte[5]),
                        "token-arrays"),
                tokenizer(
                        "beginning beyond the vocabulary",
                        GgufBuilder.model().u32(prefix + "bos_token_id", 5),
                        "token-id"),
                tokenizer("end as text", GgufBuilder.model().text(prefix + "eos_token_id", "2"), "token-id"),
                tokenizer("end below 0", GgufBuilder.model().raw(prefix + "eos_token_id", 5, file.i32(-2)), "token-id"),
                tokenizer("separator beyond", GgufBuilder.model().u32(prefix + "seperator_token_id", 99), "token-id"),
                tokenizer(
                        "byte token that names no byte",
                        GgufBuilder.model().texts(TOKENS, "<unk>", "<s>", "</s>", "<0x-1>", "b"),
                        "byte-token"),
                tokenizer(
                        "byte token in small letters",
                        GgufBuilder.model().texts(TOKENS, "<unk>", "<s>", "</s>", "<0x0a>", "b"),
                        "byte-token"),
                tokenizer(
                        "token twice",
                        GgufBuilder.model().texts(TOKENS, "<unk>", "<s>", "<s>", "<0x0A>", "b"),
                        "duplicate-token"),
                tokenizer(
                        "more tokens than rows",
                        GgufBuilder.model().withoutTensors().tensor("token_embd.weight", 0, 32, 4),
                        "embedding"),
                tokenizer("gpt2 without merges", GgufBuilder.model().text(prefix + "model", "gpt2"), "merges"),
                tokenizer("merges that are numbers", GgufBuilder.model().i32s(prefix + "merges", 1), "merges"));
    }

    static Stream<Arguments> templates() {
        return Stream.of(
                template("a template that does not end", "{% for m in messages %}", "template"),
                template("a template that loads another", "{% include 'other' %}", "template-load"),
                // CVE-2024-34359, CVE-2026-5760: code in the template.
                template(
                        "a template that looks for Python's classes",
                        "{% for c in ().__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}",
                        "template-code"),
                template("a template that hides a name", "{{ x | attr('__cl' ~ 'ass__') }}", "template-code"),
                arguments(
                        "a template that is a number",
                        GgufBuilder.model().u32(TemplateRules.KEY, 1),
                        "chat template",
                        "template"),
                template("a template that asks the program", "{{ config.items() }}", "template-global"),
                template("a template that does not end in time", "{{ range(10 ** 9) | list }}", "template-bomb"),
                arguments(
                        "names of templates that are one text",
                        GgufBuilder.model().text("tokenizer.chat_templates", "tool_use"),
                        "chat template",
                        "template"),
                arguments(
                        "a second template for tools",
                        GgufBuilder.model().text(TemplateRules.KEY + ".tool_use", "{{"),
                        "chat template",
                        "template"));
    }

    private static Arguments template(String what, String template, String rule) {
        return arguments(what, GgufBuilder.model().text(TemplateRules.KEY, template), "chat template", rule);
    }

    private static Arguments structure(String what, GgufBuilder file, String rule) {
        return arguments(what, file, "structure", rule);
    }

    private static Arguments tokenizer(String what, GgufBuilder file, String rule) {
        return arguments(what, file, "tokenizer", rule);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void warns(String what, GgufBuilder file, String rule) {
        Validation validation = validated(file);
        assertThat(validation.failures()).isEmpty();
        assertThat(validation.findings()).extracting(Finding::rule).containsExactly(rule);
        assertThat(validation.sheet().text()).contains(rule);
    }

    static Stream<Arguments> warns() {
        GgufBuilder nested = GgufBuilder.model();
        byte[] inner = GgufBuilder.join(nested.i32(4), nested.length(0));
        return Stream.of(
                arguments(
                        "an unpadded end",
                        GgufBuilder.model().tensor("odd", 0, 3).unpaddedEnd(),
                        "unpadded-end"),
                arguments("version 1", GgufBuilder.model(1, ByteOrder.LITTLE_ENDIAN), "version"),
                arguments("the other byte order", GgufBuilder.model(3, foreign()), "byte-order"),
                arguments("arrays in arrays", nested.array("x", 9, 1, inner), "nested-array"),
                arguments("a part of a split model", split(0, 2), "split"),
                arguments(
                        "a context of 64 bits",
                        GgufBuilder.model().raw("llama.context_length", 10, nested.i64(128)),
                        "value-type"),
                arguments(
                        "no padding token", GgufBuilder.model().u32("tokenizer.ggml.padding_token_id", -1), "token-id"),
                arguments(
                        "padding one past the end",
                        GgufBuilder.model().u32("tokenizer.ggml.padding_token_id", 5),
                        "token-id"),
                arguments(
                        "a template with an unknown filter",
                        GgufBuilder.model().text(TemplateRules.KEY, "{{ messages | xmlattr }}"),
                        "template"),
                arguments(
                        "a template that this toolkit cannot read",
                        GgufBuilder.model().text(TemplateRules.KEY, "{% call x() %}{% endcall %}"),
                        "template-not-understood"),
                arguments(
                        "the name of a template that is not there",
                        GgufBuilder.model().texts("tokenizer.chat_templates", "default", "rag"),
                        "template-missing"),
                arguments(
                        "a template with a hidden character",
                        GgufBuilder.model().text(TemplateRules.KEY, "a\u202eb"),
                        "template-hidden"),
                arguments(
                        "a template with an address",
                        GgufBuilder.model().text(TemplateRules.KEY, "See https://example.org/x"),
                        "template-address"),
                arguments(
                        "an epsilon of 0",
                        GgufBuilder.model().f32("llama.attention.layer_norm_rms_epsilon", 0),
                        "number"),
                arguments(
                        "no kind of tokenizer", GgufBuilder.model().without("tokenizer.ggml.model"), "tokenizer-model"),
                arguments(
                        "an unknown kind of tokenizer",
                        GgufBuilder.model().text("tokenizer.ggml.model", "next-year"),
                        "tokenizer-model"),
                arguments(
                        "merges that are no pairs",
                        GgufBuilder.model().texts("tokenizer.ggml.merges", "a b", " x y", "ab"),
                        "merge-form"),
                arguments(
                        "a type of tokens that nobody knows",
                        GgufBuilder.model().i32s("tokenizer.ggml.token_type", 2, 3, 3, 6, 7),
                        "token-type"),
                arguments(
                        "an end that is normal text",
                        GgufBuilder.model().i32s("tokenizer.ggml.token_type", 2, 3, 1, 6, 1),
                        "control-token"),
                arguments(
                        "an end that is not named in a tiny vocabulary",
                        GgufBuilder.model()
                                .texts(TOKENS, "<unk>", "<s>")
                                .f32s("tokenizer.ggml.scores", 0, 0)
                                .i32s("tokenizer.ggml.token_type", 2, 3)
                                .without("tokenizer.ggml.eos_token_id"),
                        "token-id"),
                arguments("an image of 1540 pixels", projector(1540, 14), "projector"));
    }

    private static ByteOrder foreign() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    @ParameterizedTest
    @EnumSource
    void passes(Good good) {
        Validation validation = validated(good.file());
        assertThat(validation.failures()).isEmpty();
        assertThat(validation.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .isEmpty();
    }

    /** Files that look unusual and are right. */
    enum Good {
        MODEL,
        VOCABULARY_ALONE,
        LATER_PART,
        ADAPTER,
        UNKNOWN_ARCHITECTURE,
        NO_HEADS_WITHOUT_ATTENTION,
        EMPTY_TOKENS_TWICE,
        HEADS_PER_LAYER,
        WITHOUT_VOCABULARY,
        TENSORS_ALONE,
        TWO_TEMPLATES;

        GgufBuilder file() {
            return switch (this) {
                case MODEL -> GgufBuilder.model();
                case VOCABULARY_ALONE -> GgufBuilder.model().withoutTensors().without("llama.block_count");
                case LATER_PART ->
                    GgufBuilder.empty().u32("split.no", 1).u32("split.count", 2).tensor("blk.1.attn_q.weight", 0, 32);
                case ADAPTER ->
                    GgufBuilder.empty()
                            .text("general.architecture", "llama")
                            .text("general.type", "adapter")
                            .tensor("blk.0.attn_q.weight.lora_a", 0, 32);
                case UNKNOWN_ARCHITECTURE ->
                    GgufBuilder.empty()
                            .text("general.architecture", "next-year")
                            .tensor("w", 0, 32);
                case NO_HEADS_WITHOUT_ATTENTION ->
                    GgufBuilder.empty()
                            .text("general.architecture", "mamba")
                            .u32("mamba.context_length", 1 << 20)
                            .u32("mamba.embedding_length", 32)
                            .u32("mamba.block_count", 1)
                            .u32("mamba.feed_forward_length", 0)
                            .u32("mamba.attention.head_count", 0)
                            .f32("mamba.attention.layer_norm_rms_epsilon", 1e-5f)
                            .u32("mamba.ssm.conv_kernel", 4)
                            .u32("mamba.ssm.inner_size", 64)
                            .u32("mamba.ssm.state_size", 16)
                            .u32("mamba.ssm.time_step_rank", 2)
                            .tensor("blk.0.ssm_in.weight", 0, 32);
                case EMPTY_TOKENS_TWICE -> GgufBuilder.model().texts(TOKENS, "", "<s>", "</s>", "<0x0A>", "");
                case HEADS_PER_LAYER -> GgufBuilder.model().i32s("llama.attention.head_count", 4);
                case WITHOUT_VOCABULARY -> GgufBuilder.model().without(TOKENS);
                case TENSORS_ALONE ->
                    GgufBuilder.empty().text("general.architecture", "llama").tensor("w", 0, 32);
                case TWO_TEMPLATES ->
                    GgufBuilder.model()
                            .texts("tokenizer.chat_templates", "default", "rag")
                            .text(TemplateRules.KEY + ".rag", "{{ documents }}");
            };
        }
    }

    @Test
    void neverThrowsForDamagedBytes() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] good = GgufBuilder.model().bytes();
        Path file = folder.resolve("damaged.gguf");
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                // Small numbers keep the structure whole more often, so that the rules are reached.
                ByteBuffer.wrap(bytes).put(random.nextInt(bytes.length), (byte) (random.nextInt(16) - 2));
            }
            Files.write(file, bytes);
            try {
                assertThat(Validator.quick(file).toString().length()).isLessThanOrEqualTo(80);
            } catch (Throwable e) {
                fail(
                        "seed " + seed + ", round " + round + ", file "
                                + HexFormat.of().formatHex(bytes),
                        e);
            }
        }
    }

    private Validation validated(GgufBuilder file) {
        return Validator.quick(file.write(folder.resolve("test.gguf")));
    }
}
