package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTokenTest {
    @TempDir
    Path home;

    private Optional<String> found(Map<String, String> environment) {
        return AccessToken.find(environment, home).map(AccessToken::authorization);
    }

    private Path token(String folder, String text) throws IOException {
        Path file = home.resolve(folder);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void theVariableComesBeforeTheFiles() throws IOException {
        Path file = token("mine/token", "hf_path\n");
        token("hf/token", "hf_home");
        token(".cache/huggingface/token", "hf_cache");
        token("xdg/huggingface/token", "hf_xdg");
        String hfHome = home.resolve("hf").toString();
        assertThat(found(Map.of("HF_TOKEN", " hf_variable ", "HF_HOME", hfHome)))
                .contains("Bearer hf_variable");
        assertThat(found(Map.of("HF_TOKEN", " ", "HF_TOKEN_PATH", file.toString(), "HF_HOME", hfHome)))
                .contains("Bearer hf_path");
        assertThat(found(Map.of("HF_HOME", hfHome))).contains("Bearer hf_home");
        assertThat(found(Map.of("XDG_CACHE_HOME", home.resolve("xdg").toString())))
                .contains("Bearer hf_xdg");
        assertThat(found(Map.of())).contains("Bearer hf_cache");
    }

    @Test
    void withoutAnyThereIsNone() throws IOException {
        assertThat(found(Map.of())).isEmpty();
        token("empty/token", "\n");
        assertThat(found(Map.of("HF_HOME", home.resolve("empty").toString()))).isEmpty();
        assertThat(found(Map.of("HF_TOKEN", "hf_x", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")))
                .isEmpty();
    }

    @Test
    void whatCannotBeATokenIsRefusedWithoutShowingIt() {
        for (String text : new String[] {"two words", "line\nInjected: header", "ümlaut", "x".repeat(5000)}) {
            assertThatThrownBy(() -> AccessToken.find(Map.of("HF_TOKEN", text), home))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("HF_TOKEN")
                    .hasMessageNotContaining(text);
        }
    }

    @Test
    void itNeverPrintsItself() {
        assertThat(AccessToken.of("hf_secret")).hasToString("AccessToken[hidden]");
    }
}
