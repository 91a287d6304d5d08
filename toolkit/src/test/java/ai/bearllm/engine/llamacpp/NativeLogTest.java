package ai.bearllm.engine.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLogTest {
    @TempDir
    Path directory;

    @Test
    void isReadOnceAndInWholeLines() throws IOException {
        NativeLog log = new NativeLog(directory.resolve("native.log"));
        assertThat(log.read()).isEmpty();
        Files.writeString(log.file(), "one\ntw");
        assertThat(log.read()).isEqualTo("one\n");
        Files.writeString(log.file(), "one\ntwo\nthree\n");
        assertThat(log.read()).isEqualTo("two\nthree\n");
        assertThat(log.read()).isEmpty();
    }

    @Test
    void keepsWhatWasOnlyLookedAt() throws IOException {
        NativeLog log = new NativeLog(directory.resolve("native.log"));
        Files.writeString(log.file(), "one\nend\n");
        log.mark("end", Duration.ofSeconds(5));
        assertThat(log.readUntil("end", Duration.ofSeconds(5))).isEqualTo("one\nend\n");
    }

    @Test
    void givesBackItsRoomAndIsReadOnBehindTheHole() throws IOException {
        NativeLog log = new NativeLog(directory.resolve("native.log"));
        try (RandomAccessFile writer = new RandomAccessFile(log.file().toFile(), "rw")) {
            byte[] megabyte = ("x".repeat((1 << 20) - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 5; i++) {
                writer.write(megabyte);
            }
            assertThat(log.read()).hasSize(5 << 20);
            log.forget();
            assertThat(log.file()).isEmptyFile();
            assertThat(log.read()).isEmpty();
            writer.write("next\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(log.read()).isEqualTo("next\n");
        }
    }

    @Nested
    class Loading {
        private final LoadLog log = new LoadLog("""
                print_info: n_vocab          = 768
                print_info: BOS token        = 1 '<s>'
                print_info: EOS token        = 4 '<|im_end|>'
                print_info: EOT token        = 4 '<|im_end|>'
                print_info: EOG token        = 4 '<|im_end|>'
                print_info: EOG token        = 7 '<|end|>'
                load_tensors: offloaded 8/31 layers to GPU
                load_tensors:   CPU_Mapped model buffer size =     2.00 MiB
                load_tensors:      Vulkan0 model buffer size =    43.49 MiB
                llama_context: n_ubatch      = 100
                llama_context: flash_attn    = 1
                llama_context:        CPU  output buffer size =     0.25 MiB
                init: kv_size = 128, offload = 1, type_k = 'f16', type_v = 'q8_0', n_layer = 3, can_shift = 1
                init:        CPU KV buffer size =     0.19 MiB
                llama_context: KV self size  =    0.19 MiB, K (f16):    0.09 MiB, V (f16):    0.09 MiB
                llama_context:        CPU compute buffer size =     0.75 MiB
                slot         init: id  0 | task -1 | new slot n_ctx_slot = 128
                """);

        @Test
        void isReadAsLlamaCppLogsIt() {
            assertThat(log.vocabulary()).hasValue(768);
            assertThat(log.beginningToken()).hasValue(1);
            assertThat(log.endTokens()).containsExactly(4, 7);
            assertThat(log.offloadedLayers()).hasValue(8);
            assertThat(log.weightsBytes()).hasValue(Math.round(45.49 * (1 << 20)));
            assertThat(log.cacheBytes()).hasValue(Math.round(0.19 * (1 << 20)));
            assertThat(log.computeBytes()).hasValue(1 << 20);
            assertThat(log.stepTokens()).hasValue(100);
            assertThat(log.flashAttention()).hasValue(1);
            assertThat(log.cacheTypes()).isEqualTo("f16/q8_0");
            assertThat(log.contextTokens()).hasValue(128);
        }

        @Test
        void leavesUnknownWhatIsNotThere() {
            LoadLog empty = new LoadLog("");
            assertThat(empty.weightsBytes()).isEmpty();
            assertThat(empty.computeBytes()).isEmpty();
            assertThat(empty.offloadedLayers()).isEmpty();
            assertThat(empty.endTokens()).isEmpty();
        }
    }

    @Nested
    class Running {
        @Test
        void isReadAsLlamaCppLogsIt() {
            RunLog log = new RunLog("""
                    slot update_slots: id  0 | task 43 | new prompt, n_ctx_slot = 128, n_keep = 0, n_prompt_tokens = 3
                    slot update_slots: id  0 | task 43 | kv cache rm [2, end)
                    slot      release: id  0 | task 43 | stop processing: n_past = 78, truncated = 0
                    slot print_timing: id  0 | task 43 |
                    prompt eval time =       0.34 ms /     1 tokens (    0.34 ms per token,  2941.18 tokens per second)
                           eval time =      17.78 ms /    76 tokens (    0.23 ms per token,  4275.43 tokens per second)
                          total time =      18.12 ms /    77 tokens
                    """);
            assertThat(log.promptTokens()).hasValue(3);
            assertThat(log.cachedTokens()).hasValue(2);
            assertThat(log.computedTokens()).hasValue(1);
            assertThat(log.decodedTokens()).hasValue(76);
            assertThat(log.promptTime()).contains(Duration.ofNanos(340_000));
            assertThat(log.decodeTime()).contains(Duration.ofNanos(17_780_000));
        }
    }
}
