package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.estimate.MemoryOptions;
import ai.bearllm.estimate.Plausibility;
import ai.bearllm.estimate.QuantizationLoss;
import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.gguf.GgufFormatException;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whatever a readable file says about itself: rules and estimates end with findings or unknowns, never with an exception. */
class RulesFuzzTest {
    private static final String[] ARCHITECTURES = {
        "llama", "gemma3", "mamba", "jamba", "qwen3next", "deepseek2", "clip", "rwkv6", "falcon-h1", "phi2", "x"
    };
    private static final String[] SUFFIXES = {
        "context_length",
        "embedding_length",
        "block_count",
        "feed_forward_length",
        "attention.head_count",
        "attention.head_count_kv",
        "attention.key_length",
        "attention.value_length",
        "attention.key_length_mla",
        "attention.sliding_window",
        "attention.sliding_window_pattern",
        "attention.layer_norm_rms_epsilon",
        "rope.freq_base",
        "rope.scaling.type",
        "rope.dimension_count",
        "ssm.conv_kernel",
        "ssm.inner_size",
        "ssm.state_size",
        "ssm.group_count",
        "wkv.head_size",
        "expert_count",
        "expert_used_count",
        "expert_group_count",
        "full_attention_interval",
        "vocab_size",
        "vision.image_size",
        "vision.patch_size",
        "vision.image_std"
    };
    private static final String[] TENSORS = {
        "token_embd.weight", "output.weight", "blk.0.attn_q.weight", "blk.1.ffn_down.weight", "w"
    };
    private static final String[] KEYS = {
        "general.name",
        "general.size_label",
        "general.type",
        "split.no",
        "split.count",
        "tokenizer.ggml.model",
        "tokenizer.ggml.pre",
        "tokenizer.ggml.tokens",
        "tokenizer.ggml.scores",
        "tokenizer.ggml.token_type",
        "tokenizer.ggml.merges",
        "tokenizer.ggml.bos_token_id",
        "tokenizer.ggml.seperator_token_id",
        "tokenizer.ggml.eos_token_ids",
        "tokenizer.ggml.add_bos_token",
        "tokenizer.ggml.precompiled_charsmap",
        "tokenizer.chat_template",
        "tokenizer.chat_template.rag",
        "tokenizer.chat_templates"
    };

    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void judgesAnything(FuzzedDataProvider data) {
        String architecture = data.pickValue(ARCHITECTURES);
        GgufBuilder file = GgufBuilder.empty().text("general.architecture", architecture);
        for (int i = data.consumeInt(0, 20); i > 0 && data.remainingBytes() > 0; i--) {
            String key = data.consumeBoolean() ? architecture + "." + data.pickValue(SUFFIXES) : data.pickValue(KEYS);
            value(file, key, data);
        }
        for (String name : TENSORS) {
            if (data.consumeBoolean()) {
                file.tensor(name, 0, data.consumeInt(1, 8), data.consumeInt(1, 8));
            }
        }
        judge(file.bytes(), data.consumeInt(1, 1 << 20), data.consumeInt(0, 3));
    }

    private static void value(GgufBuilder file, String key, FuzzedDataProvider data) {
        switch (data.consumeInt(0, 7)) {
            case 0 -> file.u32(key, data.consumeInt(0, 20));
            case 1 -> file.u32(key, data.consumeLong());
            case 2 -> file.f32(key, data.consumeFloat());
            case 3 -> file.text(key, data.consumeString(60).replaceAll("\\p{Cs}", "?"));
            case 4 -> file.i32s(key, data.consumeInts(6));
            case 5 -> file.f32s(key, data.consumeFloat(), data.consumeFloat());
            case 6 -> file.texts(key, texts(data));
            default -> file.raw(key, 7, new byte[] {(byte) data.consumeInt(0, 1)});
        }
    }

    private static String[] texts(FuzzedDataProvider data) {
        List<String> texts = new ArrayList<>();
        for (int i = data.consumeInt(0, 6); i > 0; i--) {
            texts.add(data.consumeString(12).replaceAll("\\p{Cs}", "?"));
        }
        return texts.toArray(String[]::new);
    }

    private static void judge(byte[] bytes, long context, int gpuLayers) {
        Path file = null;
        try {
            file = Files.createTempFile("rules", ".gguf");
            Files.write(file, bytes);
            judge(Gguf.readPart(file), context, gpuLayers);
        } catch (GgufFormatException e) {
            assertThat(e.finding().rule()).isNotBlank();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void judge(Gguf gguf, long context, int gpuLayers) {
        List<Finding> findings = new ArrayList<>(new MetadataRules(gguf).findings());
        if (gguf.metadata().value("tokenizer.ggml.tokens").isPresent()) {
            findings.addAll(new TokenizerRules(gguf).findings());
        }
        findings.addAll(new TemplateRules(gguf).findings());
        findings.addAll(Plausibility.of(gguf));
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.rule()).matches("[a-z]+(-[a-z]+)*");
            assertThat(finding.found()).isNotBlank();
        });
        for (boolean windowed : new boolean[] {false, true}) {
            MemoryOptions options =
                    MemoryOptions.DEFAULT.withGpuLayers(gpuLayers).withWindows(windowed);
            MemoryEstimate estimate = MemoryEstimate.of(gguf, context, options);
            assertThat(estimate.totalBytes().isPresent())
                    .isEqualTo(estimate.unknown().isEmpty());
            assertThat(estimate.toString()).hasSizeLessThanOrEqualTo(80);
        }
        QuantizationLoss.of(gguf).ifPresent(loss -> assertThat(loss.toString()).isNotBlank());
    }
}
