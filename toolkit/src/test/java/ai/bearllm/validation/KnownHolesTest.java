package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.GgufBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The known holes of native readers, each with a file that goes for it and the rule that refuses it. Such readers are fixed
 * late in the builds that people use; this toolkit stands in front of them.
 */
class KnownHolesTest {
    private static final GgufBuilder FORMAT = GgufBuilder.empty();
    private static final String TOKENS = "tokenizer.ggml.";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource({"counts", "sizes", "vocabulary", "description", "templates", "projectors"})
    void isRefusedByItsRule(String hole, String what, GgufBuilder file, String rule) {
        Validation validation = Validator.quick(file.write(folder.resolve("hole.gguf")));
        assertThat(validation.ok()).as(hole).isFalse();
        assertThat(validation.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .as(hole)
                .extracting(Finding::rule)
                .contains(rule);
        assertThat(validation.findings()).allSatisfy(finding -> {
            assertThat(finding.found()).isNotBlank();
            assertThat(finding.limit()).isNotBlank();
            assertThat(finding.effect()).isNotBlank();
        });
    }

    /** Counts and lengths that were used before they were compared with the bytes left. */
    static Stream<Arguments> counts() {
        return Stream.of(
                arguments(
                        "CVE-2024-21802",
                        "a tensor of more dimensions than there is room for",
                        GgufBuilder.model()
                                .tensor(name("t"), 0, OptionalLong.empty(), new byte[32], 1, 1, 1, 1, 1, 1, 1, 1),
                        "dimension-count"),
                arguments("CVE-2024-21825", "2^61 tensors", GgufBuilder.model().tensorCount(1L << 61), "count-bounds"),
                arguments("CVE-2024-21836", "2^61 keys", GgufBuilder.model().keyCount(1L << 61), "count-bounds"),
                arguments(
                        "CVE-2024-23496",
                        "a text whose length and its end wrap around",
                        GgufBuilder.model().raw("k", 8, FORMAT.i64(-1)),
                        "count-bounds"),
                arguments(
                        "CVE-2024-23605",
                        "an array of 2^61 numbers",
                        GgufBuilder.model().array("k", 12, 1L << 61, new byte[8]),
                        "count-bounds"));
    }

    /** Sizes that wrap around when they are multiplied, summed or padded. */
    static Stream<Arguments> sizes() {
        byte[] none = new byte[32];
        return Stream.of(
                arguments(
                        "CVE-2025-53630",
                        "tensors whose sizes wrap around in sum",
                        GgufBuilder.model()
                                .tensor(name("a"), 0, OptionalLong.empty(), none, 1L << 60)
                                .tensor(name("b"), 0, OptionalLong.of(1L << 62), none, 1L << 60),
                        "size-overflow"),
                arguments(
                        "CVE-2026-27940",
                        "a tensor that ends where 64 bits do",
                        GgufBuilder.model().tensor(name("a"), 0, OptionalLong.of(-32), none, 8),
                        "tensor-bounds"),
                arguments(
                        "CVE-2026-33298",
                        "dimensions whose product wraps around to a small number",
                        GgufBuilder.model()
                                .tensor(name("a"), 0, OptionalLong.empty(), none, 1L << 31, 1L << 31, 1L << 31),
                        "dimension"),
                arguments("padding", "an alignment of 2^31", alignment(1 << 31), "alignment"),
                arguments("padding", "an alignment of 0", alignment(0), "alignment"),
                arguments("padding", "an alignment that is no power of two", alignment(48), "alignment"),
                arguments(
                        "CVE-2026-7482",
                        "a tensor larger than its data in the file",
                        GgufBuilder.model().tensor(name("a"), 0, OptionalLong.empty(), none, 1 << 20),
                        "tensor-bounds"),
                arguments(
                        "slots",
                        "a slot smaller than its tensor's type needs",
                        GgufBuilder.model()
                                .tensor(name("a"), 0, OptionalLong.of(1536), none, 64)
                                .tensor(name("b"), 0, OptionalLong.of(1568), none, 8),
                        "tensor-overlap"));
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static GgufBuilder alignment(int bytes) {
        return GgufBuilder.model().u32("general.alignment", bytes);
    }

    /** Arrays that were taken for another type or length, and numbers that index them. */
    static Stream<Arguments> vocabulary() {
        return Stream.of(
                arguments(
                        "token arrays",
                        "scores declared as bytes",
                        GgufBuilder.model().array(TOKENS + "scores", 0, 5, new byte[5]),
                        "token-arrays"),
                arguments(
                        "token arrays",
                        "types declared as texts",
                        GgufBuilder.model().texts(TOKENS + "token_type", "a", "b", "c", "d", "e"),
                        "token-arrays"),
                arguments(
                        "token arrays",
                        "fewer scores than tokens",
                        GgufBuilder.model().f32s(TOKENS + "scores", 0),
                        "token-arrays"),
                arguments(
                        "byte tokens",
                        "a byte below 0",
                        GgufBuilder.model().texts(TOKENS + "tokens", "<unk>", "<s>", "</s>", "<0x-1>", "b"),
                        "byte-token"),
                arguments(
                        "byte tokens",
                        "a byte without digits",
                        GgufBuilder.model().texts(TOKENS + "tokens", "<unk>", "<s>", "</s>", "<", "b"),
                        "byte-token"),
                arguments(
                        "token ids",
                        "a beginning beyond the vocabulary",
                        GgufBuilder.model().u32(TOKENS + "bos_token_id", 1 << 30),
                        "token-id"),
                arguments(
                        "token ids",
                        "fewer rows than tokens",
                        GgufBuilder.model().withoutTensors().tensor("token_embd.weight", 0, 32, 1),
                        "embedding"),
                arguments(
                        "charsmap",
                        "an index that reaches beyond its bytes",
                        GgufBuilder.model()
                                .array(TOKENS + "precompiled_charsmap", 0, 8, new byte[] {-1, -1, -1, -1, 0, 0, 0, 0}),
                        "charsmap"));
    }

    /** Numbers that size tables or are divided by. */
    static Stream<Arguments> description() {
        return Stream.of(
                arguments("block count", "513 layers", GgufBuilder.model().u32("llama.block_count", 513), "range"),
                arguments(
                        "sub-counts",
                        "heads for more layers than there are",
                        GgufBuilder.model().i32s("llama.attention.head_count", new int[600]),
                        "per-layer"),
                arguments(
                        "sub-counts",
                        "more predicting layers than layers",
                        GgufBuilder.model().u32("llama.nextn_predict_layers", 9),
                        "layers"),
                arguments(
                        "sub-counts",
                        "a part of the network with more layers than all of it",
                        GgufBuilder.model().u32("llama.posnet.block_count", 9),
                        "layers"),
                arguments(
                        "division", "no heads", GgufBuilder.model().u32("llama.attention.head_count", 0), "head-count"),
                arguments(
                        "division",
                        "no heads for keys and values",
                        GgufBuilder.model().u32("llama.attention.head_count_kv", 0),
                        "head-count"),
                arguments(
                        "experts",
                        "more experts used than there are",
                        GgufBuilder.model().u32("llama.expert_used_count", 3),
                        "experts"));
    }

    /** Templates that run code in tools that render them in Python. */
    static Stream<Arguments> templates() {
        return Stream.of(
                template(
                        "CVE-2024-34359",
                        "{% for x in ().__class__.__base__.__subclasses__() %}{% if \"warning\" in x.__name__ %}"
                                + "{{ x()._module.__builtins__['__import__']('os').popen('id').read() }}"
                                + "{% endif %}{% endfor %}"),
                template("CVE-2026-5760", "{{ lipsum.__globals__['os'].popen('id').read() }}"),
                template("CVE-2026-5760", "{{ cycler['__in' ~ 'it__']['__glo' ~ 'bals__'].os.popen('id') }}"),
                template("CVE-2016-10745", "{{ '{0.__class__.__init__.__globals__}'.format(messages) }}"),
                template("CVE-2024-34359", "{% call x() %}{{ self.__init__.__globals__ }}{% endcall %}"));
    }

    private static Arguments template(String hole, String template) {
        return arguments(hole, template, GgufBuilder.model().text(TemplateRules.KEY, template), "template-code");
    }

    /** Buffers sized by an image's numbers. */
    static Stream<Arguments> projectors() {
        return Stream.of(
                arguments("projector", "an image of 2^31-1", projector(Integer.MAX_VALUE, 14), "projector"),
                arguments("projector", "patches of 2^20", projector(336, 1 << 20), "projector"),
                arguments("projector", "patches of 0", projector(336, 0), "projector"));
    }

    private static GgufBuilder projector(int image, int patch) {
        return GgufBuilder.empty()
                .text("general.architecture", "clip")
                .u32("clip.vision.image_size", image)
                .u32("clip.vision.patch_size", patch)
                .tensor("v.patch_embd.weight", 0, 8);
    }
}
