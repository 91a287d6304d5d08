package ai.bearllm.template;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the real renderer made of our templates: {@code goldens.py} beside the resource says how. */
record Goldens(
        String madeWith,
        String now,
        Map<String, List<Map<String, Object>>> conversations,
        Map<String, Map<String, Object>> variables,
        List<Case> cases,
        Map<String, Object> sample,
        List<Piece> pieces) {
    private static final String CATALOG = "catalog ";

    /** A template with a conversation; exactly one of text and error. */
    record Case(String template, String messages, String variables, Optional<String> text, Optional<String> error) {}

    /** An expression or a few lines; exactly one of text and error. */
    record Piece(String source, Optional<String> text, Optional<String> error) {}

    static Goldens read() {
        try (InputStream json = open("goldens.json")) {
            return new ObjectMapper().findAndRegisterModules().readValue(json, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a template beside the goldens, or of the built-in catalog. */
    static String template(String name) {
        if (name.startsWith(CATALOG)) {
            return catalog(name.substring(CATALOG.length()));
        }
        try (InputStream text = open("templates/" + name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String catalog(String id) {
        try (InputStream json = open("/ai/bearllm/data/registry.json")) {
            for (JsonNode model : new ObjectMapper().readTree(json).path("models")) {
                if (model.path("id").asText().equals(id)) {
                    return model.path("chat").path("template").asText();
                }
            }
            throw new IOException("the catalog has no model " + id + ": run goldens.py again");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) throws IOException {
        InputStream stream = Goldens.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IOException("no test resource " + name);
        }
        return stream;
    }

    Clock clock() {
        return Clock.fixed(LocalDateTime.parse(now).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
    }

    ChatTemplate parse(String source) {
        return ChatTemplate.parse(source).withClock(clock());
    }
}
