package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.GgufBuilder;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be wrong in a model's description of itself: one file for each thing. */
class MetadataRulesTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"missing", "layers", "heads", "experts", "numbers", "states", "others", "projectors"})
    void refuses(String what, GgufBuilder file, String rule) {
        Validation validation = Validator.quick(file.write(folder.resolve("test.gguf")));
        assertThat(validation.failures()).extracting(Check::name).containsExactly("metadata");
        assertThat(validation.findings())
                .filteredOn(finding -> finding.severity() == Severity.ERROR)
                .extracting(Finding::rule)
                .containsOnly(rule);
    }

    static Stream<Arguments> missing() {
        Stream<Arguments> keys = Stream.of(
                        "context_length",
                        "embedding_length",
                        "block_count",
                        "feed_forward_length",
                        "attention.head_count",
                        "attention.layer_norm_rms_epsilon")
                .map(key -> metadata("no " + key, GgufBuilder.model().without("llama." + key), "required-key"));
        return Stream.concat(
                keys,
                Stream.of(
                        metadata(
                                "no architecture", GgufBuilder.model().without("general.architecture"), "architecture"),
                        metadata(
                                "architecture that is a number",
                                GgufBuilder.model().u32("general.architecture", 1),
                                "architecture")));
    }

    static Stream<Arguments> layers() {
        return Stream.of(
                metadata("no layers", GgufBuilder.model().u32("llama.block_count", 0), "range"),
                metadata("513 layers", GgufBuilder.model().u32("llama.block_count", 513), "range"),
                metadata("layers as text", GgufBuilder.model().text("llama.block_count", "1"), "range"),
                metadata("context of 0", GgufBuilder.model().u32("llama.context_length", 0), "range"),
                metadata("context of 2^32-1", GgufBuilder.model().u32("llama.context_length", -1), "range"),
                metadata("width of 0", GgufBuilder.model().u32("llama.embedding_length", 0), "range"),
                metadata(
                        "more predicting layers than layers",
                        GgufBuilder.model().u32("llama.nextn_predict_layers", 2),
                        "layers"));
    }

    static Stream<Arguments> heads() {
        String heads = "llama.attention.head_count";
        return Stream.of(
                metadata("no heads", GgufBuilder.model().u32(heads, 0), "head-count"),
                metadata("no key-value heads", GgufBuilder.model().u32(heads + "_kv", 0), "head-count"),
                metadata("3 key-value heads for 4", GgufBuilder.model().u32(heads + "_kv", 3), "head-count"),
                metadata("heads for two layers of one", GgufBuilder.model().i32s(heads, 4, 4), "per-layer"),
                metadata(
                        "heads that are numbers with points",
                        GgufBuilder.model().f32(heads, 4),
                        "value-type"),
                metadata(
                        "rotation of another size than a head",
                        GgufBuilder.model().u32("llama.rope.dimension_count", 16),
                        "head-size"));
    }

    static Stream<Arguments> experts() {
        return Stream.of(
                metadata("1025 experts", experts(1025, 2), "experts"),
                metadata("more experts used than there are", experts(8, 9), "experts"),
                metadata("no expert used", experts(8, 0), "experts"),
                metadata("experts used where there are none", experts(0, 2), "experts"),
                metadata(
                        "groups that do not divide the experts",
                        experts(8, 2).u32("llama.expert_group_count", 3).u32("llama.expert_group_used_count", 1),
                        "experts"),
                metadata(
                        "all groups used",
                        experts(8, 2).u32("llama.expert_group_count", 4).u32("llama.expert_group_used_count", 4),
                        "experts"),
                metadata("groups of no experts", GgufBuilder.model().u32("llama.expert_group_count", 1), "experts"));
    }

    static Stream<Arguments> numbers() {
        GgufBuilder file = GgufBuilder.empty();
        return Stream.of(
                metadata("a base of 0", GgufBuilder.model().f32("llama.rope.freq_base", 0), "number"),
                metadata("a negative base", GgufBuilder.model().f32("llama.rope.freq_base", -1e4f), "number"),
                metadata("a base that is an integer", GgufBuilder.model().u32("llama.rope.freq_base", 1), "value-type"),
                metadata("a negative scaling", GgufBuilder.model().f32("llama.rope.scaling.factor", -1), "number"),
                metadata(
                        "a negative epsilon",
                        GgufBuilder.model().f32("llama.attention.layer_norm_rms_epsilon", -1e-5f),
                        "number"),
                metadata("a cap of 0", GgufBuilder.model().f32("llama.attn_logit_softcapping", 0), "number"),
                metadata(
                        "an unknown scaling",
                        GgufBuilder.model().text("llama.rope.scaling.type", "magic"),
                        "rope-scaling"),
                metadata(
                        "an original context of 0",
                        GgufBuilder.model().u32("llama.rope.scaling.original_context_length", 0),
                        "rope-scaling"),
                metadata("odd rotation", phi().u32("phi2.rope.dimension_count", 7), "rope"),
                metadata(
                        "rotation of more than a head",
                        phi().u32("phi2.rope.dimension_count", 16).u32("phi2.attention.key_length", 8),
                        "rope"),
                metadata("heads of size 0", GgufBuilder.model().u32("llama.attention.key_length", 0), "head-size"),
                metadata(
                        "heads of 2^31 numbers",
                        GgufBuilder.model().u32("llama.attention.value_length", 1L << 31),
                        "head-size"),
                metadata(
                        "a switch that is a number",
                        GgufBuilder.model().u32("llama.attention.causal", 1),
                        "value-type"),
                metadata(
                        "a pattern of 513 layers",
                        GgufBuilder.model().array("llama.attention.sliding_window_pattern", 7, 513, new byte[513]),
                        "per-layer"),
                metadata(
                        "heads that do not fit in one layer",
                        GgufBuilder.model().array("llama.attention.head_count_kv", 5, 1, file.i32(3)),
                        "head-count"));
    }

    static Stream<Arguments> states() {
        return Stream.of(
                metadata("a kernel of 0", mamba().u32("mamba.ssm.conv_kernel", 0), "state"),
                metadata("a state of 2^31", mamba().u32("mamba.ssm.state_size", 1L << 31), "state"),
                metadata("no time step", mamba().u32("mamba.ssm.time_step_rank", 0), "state"),
                metadata("groups that do not divide", mamba().u32("mamba.ssm.group_count", 7), "state"),
                metadata("heads of size 0", mamba().u32("mamba.wkv.head_size", 0), "state"),
                metadata("heads that do not divide", mamba().u32("mamba.wkv.head_size", 5), "state"),
                metadata("a size that is text", mamba().text("mamba.ssm.inner_size", "64"), "state"),
                metadata(
                        "more dense layers than layers",
                        GgufBuilder.model().u32("llama.leading_dense_block_count", 2),
                        "layers"),
                metadata(
                        "more layers in a part than in all",
                        GgufBuilder.model().u32("llama.convnext.block_count", 2),
                        "layers"));
    }

    static Stream<Arguments> others() {
        return Stream.of(
                metadata(
                        "a base that is not a number",
                        GgufBuilder.model().f32("llama.rope.freq_base", Float.NaN),
                        "finite"),
                metadata(
                        "an infinite epsilon",
                        GgufBuilder.model().f32("llama.attention.layer_norm_rms_epsilon", Float.POSITIVE_INFINITY),
                        "finite"),
                metadata("part 3 of 3, counted from 0", split(3, 3), "split"),
                metadata("a part without number", GgufBuilder.model().u32("split.count", 2), "split"));
    }

    static Stream<Arguments> projectors() {
        return Stream.of(
                metadata("an image of 9000 pixels", projector(9000, 14), "projector"),
                metadata("patches of 0 pixels", projector(336, 0), "projector"),
                metadata("patches larger than the image", projector(14, 336), "projector"),
                metadata("513 layers", projector(336, 14).u32("clip.vision.block_count", 513), "projector"),
                metadata("no heads", projector(336, 14).u32("clip.vision.attention.head_count", 0), "projector"),
                metadata("an image's size as text", projector(1, 1).text("clip.vision.image_size", "1"), "projector"),
                metadata("two colors", projector(336, 14).f32s("clip.vision.image_mean", 1, 1), "projector"),
                metadata("colors divided by 0", projector(336, 14).f32s("clip.vision.image_std", 1, 1, 0), "projector"),
                metadata("257 bins of sound", projector(336, 14).u32("clip.audio.num_mel_bins", 257), "projector"),
                metadata(
                        "a negative epsilon",
                        projector(336, 14).f32("clip.vision.attention.layer_norm_epsilon", -1),
                        "projector"));
    }

    private static GgufBuilder phi() {
        return GgufBuilder.empty()
                .text("general.architecture", "phi2")
                .u32("phi2.context_length", 128)
                .u32("phi2.embedding_length", 32)
                .u32("phi2.block_count", 1)
                .u32("phi2.attention.head_count", 4)
                .f32("phi2.attention.layer_norm_epsilon", 1e-5f)
                .tensor("token_embd.weight", 0, 32, 5);
    }

    private static GgufBuilder split(int number, int count) {
        return GgufBuilder.model().u32("split.no", number).u32("split.count", count);
    }

    private static GgufBuilder experts(int count, int used) {
        return GgufBuilder.model().u32("llama.expert_count", count).u32("llama.expert_used_count", used);
    }

    private static GgufBuilder projector(int image, int patch) {
        return GgufBuilder.empty()
                .text("general.architecture", "clip")
                .u32("clip.vision.image_size", image)
                .u32("clip.vision.patch_size", patch)
                .tensor("v.patch_embd.weight", 0, 8);
    }

    private static GgufBuilder mamba() {
        return RulesTest.Good.NO_HEADS_WITHOUT_ATTENTION.file();
    }

    private static Arguments metadata(String what, GgufBuilder file, String rule) {
        return arguments(what, file, rule);
    }
}
