package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OriginalTemplatesTest {
    private static final String TEMPLATE = "{% for m in messages %}{{ m.content }}{% endfor %}";

    private TestHub server;
    private TestRepository repository;
    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        server = TestHub.start();
        repository = server.repository("bear/Original").small("README.md", "# Original");
        Http http = Http.of(HttpSettings.of("bear-test/1", Map.of()).stallTimeout(Duration.ofSeconds(20)));
        hub = Hub.of(http, server.environment());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private OriginalTemplates fetch(String id) {
        return OriginalTemplates.fetch(hub, id, "main", Cancellation.create());
    }

    @Test
    void prefersTheTemplateThatIsAFileOfItsOwn() throws IOException {
        repository
                .small("chat_template.jinja", TEMPLATE)
                .small("tokenizer_config.json", "{\"chat_template\": \"old\"}");
        OriginalTemplates found = fetch("bear/Original");
        assertThat(found.main()).contains(TEMPLATE);
        assertThat(found.byName()).hasSize(1);
        assertThat(found.revision()).isEqualTo(repository.commit());
        assertThat(found.toString()).isEqualTo("1 template of bear/Original");
    }

    @Test
    void readsTheTokenizersConfiguration() throws IOException {
        repository.small("tokenizer_config.json", "{\"bos_token\": \"<s>\", \"chat_template\": \"{{ messages }}\"}");
        assertThat(fetch("bear/Original").main()).contains("{{ messages }}");
    }

    @Test
    void readsAListOfNamedTemplates() throws IOException {
        repository.small(
                "tokenizer_config.json",
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"a\"}, 3, {\"name\": \"rag\"},"
                        + " {\"name\": \"tool_use\", \"template\": \"b\"}]}");
        assertThat(fetch("bear/Original").byName())
                .containsExactly(Map.entry("default", "a"), Map.entry("tool_use", "b"));
    }

    @Test
    void isEmptyWhereTheModelWasPublishedWithout() throws IOException {
        assertThat(fetch("bear/Original").byName()).isEmpty();
        repository.small("tokenizer_config.json", "{\"bos_token\": \"<s>\"}");
        assertThat(fetch("bear/Original").main()).isEmpty();
        assertThat(fetch("bear/Original").toString()).startsWith("no template");
    }

    @Test
    void saysThatTheRepositoryIsMissing() {
        NetworkException missing = catchThrowableOfType(NetworkException.class, () -> fetch("bear/Nowhere"));
        assertThat(missing.reason()).isIn(Reason.NOT_FOUND, Reason.UNAUTHORIZED);
        assertThat(missing.fix()).isNotBlank();
    }

    @Test
    void refusesWhatIsTooLongOrNoJson() throws IOException {
        repository.small("chat_template.jinja", "x".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> fetch("bear/Original")).isInstanceOf(NetworkException.class);
        Origin.HubFile file = new Origin.HubFile("a/b", "main", "tokenizer_config.json");
        assertThatThrownBy(() -> OriginalTemplates.templates("<html>", file))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("no JSON");
    }

    @Test
    void damagedConfigurationsAreReadOrRefused() {
        String good =
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"a\\u00e9\"}], \"x\": [1, {\"y\": null}]}";
        Origin.HubFile file = new Origin.HubFile("a/b", "main", "tokenizer_config.json");
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder(good);
            text.setCharAt(random.nextInt(text.length()), "{}[]\":,x\\".charAt(random.nextInt(9)));
            text.setLength(random.nextInt(text.length()) + 1);
            try {
                assertThat(OriginalTemplates.templates(text.toString(), file)).isNotNull();
            } catch (NetworkException expected) {
                assertThat(expected.reason()).isEqualTo(Reason.INVALID);
            }
        }
    }
}
