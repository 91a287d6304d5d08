package ai.bearllm.stores;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Allocation;
import ai.bearllm.model.Origin;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What other programs' files say is read or passed over, and names no place outside. Runs its saved inputs in every build, and
 * looks for new ones where {@code JAZZER_FUZZ=1} is set.
 */
class StoresFuzzTest {
    private static final StoreJson JSON = new StoreJson();

    @FuzzTest(maxDuration = "2h")
    void readsAnyManifestOfOllama(byte[] bytes) {
        Allocation.bounded(
                bytes.length,
                () -> JSON.read(bytes)
                        .map(Ollama::weights)
                        .ifPresent(layers -> layers.forEach(layer -> {
                            layer.digest()
                                    .ifPresent(
                                            digest -> assertThat(digest.hex()).matches("[0-9a-f]{64}"));
                            assertThat(layer.sizeBytes()).isNotNull();
                        })));
    }

    @FuzzTest(maxDuration = "2h")
    void readsAnyNoteOfLlamaCpp(byte[] bytes) {
        Allocation.bounded(
                bytes.length,
                () -> JSON.read(bytes).ifPresent(note -> {
                    requireInside(LlamaCppCache.byNote(note).origin());
                    requireInside(
                            LlamaCppCache.byManifest("bear", "Tiny-GGUF", note).origin());
                }));
    }

    /** Lines: a folder of the cache, a blob or commit, and a path below it. */
    @FuzzTest(maxDuration = "2h")
    void readsAnyNameInACache(byte[] bytes) {
        Allocation.bounded(bytes.length, () -> {
            String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 3);
            String folder = lines[0].startsWith("models--") ? lines[0] : "models--" + lines[0];
            String repository = HubCache.repositoryIn(folder);
            String commit = lines.length > 1 ? lines[1] : "";
            String path = lines.length > 2 ? lines[2] : "";
            HubCache.digestIn(commit)
                    .ifPresent(digest -> assertThat(digest.hex()).isEqualTo(commit));
            requireInside(HubCache.hubFile(repository, commit, path));
            splits(path);
        });
    }

    private static void splits(String path) {
        List<Path> files;
        try {
            files = Arrays.stream(path.split("/"))
                    .filter(name -> !name.isEmpty())
                    .map(Path::of)
                    .toList();
        } catch (InvalidPathException e) {
            // No file has such a name.
            return;
        }
        List<Splits> models = Splits.of(files);
        assertThat(models.stream().mapToLong(model -> model.parts().size()).sum())
                .isLessThanOrEqualTo(files.size());
    }

    private static void requireInside(Optional<Origin.HubFile> origin) {
        origin.ifPresent(file ->
                assertThat((file.repository() + "/" + file.path()).split("/")).doesNotContain("..", "."));
    }
}
