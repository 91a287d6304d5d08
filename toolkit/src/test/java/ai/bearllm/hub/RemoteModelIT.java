package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemoteModelIT {
    /** The 98 MB of SmolLM2 have 1.8 MB of header, metadata and table. */
    @Test
    void aRealModelIsKnownAfterAFewMegabytes() throws IOException {
        Path file = Lab.smollm2();
        try (TestHub server = TestHub.start()) {
            server.repository("bear/Smol").large("smol.gguf", file);
            Http http = Http.of(HttpSettings.of("bear-test/1", Map.of()));
            Origin.HubFile smol = new Origin.HubFile("bear/Smol", "main", "smol.gguf");
            RemoteFile remote = RemoteFile.of(Hub.of(http, server.environment()), smol, Cancellation.create());
            Gguf there = Gguf.read(remote);
            Gguf here = Gguf.read(file);
            assertThat(remote.bytesFetched()).isLessThan(4_000_000).isLessThan(2 * here.headerBytes() + (256 << 10));
            assertThat(server.storageRequests()).hasSizeLessThanOrEqualTo(4);
            assertThat(there.tensors()).isEqualTo(here.tensors());
            assertThat(there.metadata().keys())
                    .containsExactlyElementsOf(here.metadata().keys());
            assertThat(there.size()).isEqualTo(here.size());
            String tokens = "tokenizer.ggml.tokens";
            assertThat(there.metadata().array(tokens).orElseThrow().texts())
                    .isEqualTo(here.metadata().array(tokens).orElseThrow().texts());
        }
    }
}
