package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A policy as JSON: {@code {"unsigned": "warn", "trusted": [{"name", "kind", "pem"}]}}. */
final class PolicyJson {
    private static final JsonFactory JSON = new JsonFactory();

    private PolicyJson() {}

    static String write(SignaturePolicy policy) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("unsigned", word(policy.unsigned()));
            out.writeArrayFieldStart("trusted");
            for (SignaturePolicy.Trusted one : policy.trusted()) {
                out.writeStartObject();
                out.writeStringField("name", one.name());
                out.writeStringField("kind", word(one.method()));
                out.writeStringField("pem", one.pem());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static SignaturePolicy read(String json) {
        try {
            return JsonFields.read("the policy", json.getBytes(StandardCharsets.UTF_8), PolicyJson::policy);
        } catch (BundleException | IllegalArgumentException e) {
            throw new BearException(
                    "The signature policy cannot be read: " + e.getMessage() + ".",
                    "Set the policy anew, or restore the settings file.",
                    e);
        }
    }

    private static SignaturePolicy policy(JsonFields json) throws IOException, BundleException {
        SignaturePolicy[] policy = {SignaturePolicy.trustingNobody()};
        List<@Nullable String[]> trusted = new ArrayList<>();
        boolean[] reaction = {false};
        json.object("$", name -> {
            switch (name) {
                case "unsigned" -> {
                    String word = json.text("unsigned").toUpperCase(Locale.ROOT);
                    policy[0] = policy[0].unsigned(SignaturePolicy.Reaction.valueOf(word));
                    reaction[0] = true;
                }
                case "trusted" -> json.array("trusted", () -> trusted.add(trusted(json)));
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (!reaction[0]) {
            // Without it the policy would silently become the weakest.
            throw json.unexpected("there is no unsigned");
        }
        for (@Nullable String[] one : trusted) {
            policy[0] = added(policy[0], json, one[0], one[1], one[2]);
        }
        return policy[0];
    }

    private static @Nullable String[] trusted(JsonFields json) throws IOException, BundleException {
        @Nullable String[] found = new @Nullable String[3];
        json.object("trusted", name -> {
            switch (name) {
                case "name" -> found[0] = json.text("name");
                case "kind" -> found[1] = json.text("kind");
                case "pem" -> found[2] = json.text("pem");
                default -> {
                    return false;
                }
            }
            return true;
        });
        return found;
    }

    private static SignaturePolicy added(
            SignaturePolicy policy, JsonFields json, @Nullable String name, @Nullable String kind, @Nullable String pem)
            throws BundleException {
        if (name == null || kind == null || pem == null || !pem.contains("-----BEGIN ")) {
            throw json.unexpected("an entry of trusted lacks name, kind or pem");
        }
        return switch (Signer.Method.valueOf(kind.toUpperCase(Locale.ROOT))) {
            case KEY -> policy.trustKey(name, pem);
            case CERTIFICATE -> policy.trustRoot(name, pem);
        };
    }
}
