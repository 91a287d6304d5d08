package ai.bearllm.template;

import com.fasterxml.jackson.core.type.TypeReference;
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

    static String template(String name) {
        try (InputStream text = open("templates/" + name)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
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
