package ai.bearllm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Sampling;
import ai.bearllm.gguf.GgufSplitter;
import ai.bearllm.registry.Model;
import ai.bearllm.registry.ModelState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model in several files is one: the real engine answers from it as from the whole. */
class SplitSessionTest {
    @TempDir
    Path folder;

    @Test
    void aSplitModelAnswersAsTheWholeOneDoes() throws IOException {
        try (Bear bear = Bear.open(folder.resolve("home").toString())) {
            Path whole = bear.model("bear-tiny").download().file();
            List<byte[]> parts = GgufSplitter.split(whole, 3);
            for (int i = 0; i < 3; i++) {
                Files.write(folder.resolve(GgufSplitter.name("my tale", i, 3)), parts.get(i));
            }
            // Whichever part is named, the model is added, once.
            Model split =
                    bear.add(folder.resolve(GgufSplitter.name("my tale", 1, 3)).toString());
            assertThat(bear.add(folder.resolve(GgufSplitter.name("my tale", 0, 3))
                                    .toString())
                            .id())
                    .isEqualTo(split.id());
            assertThat(split.card().file().parts()).hasSize(3);
            assertThat(split.card().parameters()).isEqualTo(1967872);
            assertThat(text(bear, split.id().toString()))
                    .isEqualTo(text(bear, "bearllm/bear-tiny"))
                    .isNotBlank();

            Files.write(folder.resolve(GgufSplitter.name("my tale", 2, 3)), new byte[100]);
            assertThat(split.state()).isEqualTo(ModelState.FAILED);
            assertThat(split.problem().orElseThrow()).contains("00003-of-00003");
            split.removal().confirm();
            assertThat(folder.resolve(GgufSplitter.name("my tale", 0, 3))).exists();
            assertThat(bear.models().search("tale").list()).isEmpty();
        }
    }

    private static String text(Bear bear, String model) {
        try (var session = bear.session(model).context(128).threads(1).open()) {
            return session.generate(GenerationRequest.of("Once", 24).withSampling(Sampling.GREEDY))
                    .text();
        }
    }
}
