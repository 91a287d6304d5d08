package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final ModelId ID = ModelId.parse("bearllm/bear-tiny:Q8_0");

    @TempDir
    Path folder;

    @Test
    void remembersTheActiveModelAcrossInstances() {
        Path file = folder.resolve("state.json");
        assertThat(new Settings(file).active()).isEmpty();
        new Settings(file).activate(Optional.of(ID));
        assertThat(new Settings(file).active()).contains(ID);
        new Settings(file).activate(Optional.empty());
        assertThat(new Settings(file).active()).isEmpty();
    }

    @Test
    void keepsFieldsOfNewerVersions() throws IOException {
        Path file = Files.writeString(folder.resolve("state.json"), "{\"version\":1,\"theme\":\"dark\"}");
        new Settings(file).activate(Optional.of(ID));
        assertThat(file).content().contains("\"theme\" : \"dark\"").contains(ID.toString());
    }

    @Test
    void leavesNoTemporaryFileBehind() throws IOException {
        new Settings(folder.resolve("state.json")).activate(Optional.of(ID));
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{\"active\":", "{\"active\":\"../../etc\"}", "\u0000\u0000"})
    void refusesADamagedFileAndLeavesItAsItIs(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("state.json"), content);
        assertThatThrownBy(() -> new Settings(file).active())
                .isInstanceOf(BearException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("Mend or delete it");
        assertThat(file).hasContent(content);
    }
}
