package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Allocation;
import ai.bearllm.model.BearException;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Both run their saved inputs in every build, and look for new ones where {@code JAZZER_FUZZ=1} is set. */
class ManifestFuzzTest {
    private static final Path PATH = Path.of("model.gguf.json");

    /** What is read is written so that it is read as the same. */
    @FuzzTest(maxDuration = "2h")
    void readsOrRefusesAManifest(byte[] json) {
        Allocation.bounded(json.length, () -> {
            Manifest manifest;
            try {
                manifest = ManifestJson.parse(json, PATH);
            } catch (BearException e) {
                assertThat(e.fix()).isNotBlank();
                return;
            }
            try {
                assertThat(ManifestJson.parse(ManifestJson.bytes(manifest), PATH))
                        .isEqualTo(manifest);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @FuzzTest(maxDuration = "2h")
    void readsOrRefusesACatalog(byte[] json) {
        Allocation.bounded(json.length, () -> {
            try {
                CatalogReader.read("registry.json", json)
                        .forEach(card -> assertThat(card.id().toString()).isNotBlank());
            } catch (BearException e) {
                assertThat(e.getMessage()).contains("registry.json");
            }
        });
    }
}
