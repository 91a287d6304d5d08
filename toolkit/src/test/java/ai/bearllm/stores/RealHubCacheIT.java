package ai.bearllm.stores;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.lab.Lab;
import ai.bearllm.progress.Cancellation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cache that the hub's own client has really written is read as it wrote it. */
@Timeout(180)
class RealHubCacheIT {
    private static final String SCRIPT = """
            import sys
            from huggingface_hub import hf_hub_download, snapshot_download
            hf_hub_download("bear/Tiny-GGUF", "tiny.gguf")
            hf_hub_download("bear/Tiny-GGUF", "README.md")
            snapshot_download("bear/Big-GGUF")
            """;

    @TempDir
    Path folder;

    @Test
    void readsWhatTheClientWrote() throws Exception {
        byte[] tiny = GgufBuilder.model().bytes();
        byte[] second = GgufBuilder.model().trailing((byte) 1).bytes();
        Path cache = folder.resolve("hf");
        try (TestHub server = TestHub.start()) {
            TestRepository repository =
                    server.repository("bear/Tiny-GGUF").large("tiny.gguf", tiny).small("README.md", "# Tiny");
            server.repository("bear/Big-GGUF")
                    .large("q/big-00001-of-00002.gguf", tiny)
                    .large("q/big-00002-of-00002.gguf", second);
            write(server, cache);

            FoundFiles found = ForeignStores.usual(
                            Map.of("HF_HOME", cache.toString()), folder.resolve("user"), folder.resolve("models"))
                    .find(Cancellation.create());
            assertThat(found.notes()).isEmpty();
            List<ForeignFile> files = found.files();
            assertThat(files)
                    .extracting(ForeignFile::name)
                    .containsExactly("bear/Big-GGUF/q/big-00001-of-00002.gguf", "bear/Tiny-GGUF/tiny.gguf");
            assertThat(files.get(0).files()).hasSize(2);
            assertThat(files.get(0).problem()).isEmpty();
            ForeignFile one = files.get(1);
            assertThat(one.origin().orElseThrow().revision()).isEqualTo(repository.commit());
            assertThat(one.claimed().orElseThrow().hex()).isEqualTo(StoreLayouts.sha256(tiny));
            assertThat(one.file()).hasBinaryContent(tiny);
        }
    }

    private void write(TestHub server, Path cache) throws Exception {
        Path script = Files.writeString(folder.resolve("download.py"), SCRIPT);
        ProcessBuilder builder = new ProcessBuilder(Lab.python().toString(), script.toString());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("HF_"));
        environment.putAll(server.environment());
        environment.put("HF_HOME", cache.toString());
        environment.put("HF_HUB_DISABLE_TELEMETRY", "1");
        environment.put("NO_PROXY", "127.0.0.1,localhost");
        Path log = folder.resolve("log.txt");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }
}
