package ai.bearllm.registry;

import ai.bearllm.model.ModelId;
import ai.bearllm.signature.SignaturePolicy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code state.json}: which model is active, how long a check of a file is trusted, whose signatures count, how much sessions
 * insist on a sandbox. Fields of newer versions are kept.
 */
final class Settings {
    private static final String ACTIVE = "active";
    private static final String CHECK_AFTER_DAYS = "checkAfterDays";
    private static final String SIGNATURES = "signatures";
    private static final String SANDBOX = "sandbox";
    private static final int USUAL_CHECK_AFTER_DAYS = 30;

    private final JsonFile file;

    Settings(Path file) {
        this.file = new JsonFile(file, "Mend or delete it; it only holds settings, such as which model is active.");
    }

    /** The active model, read at this moment. */
    Optional<ModelId> active() {
        JsonNode active = file.read().path(ACTIVE);
        if (!active.isTextual()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelId.parse(active.textValue()));
        } catch (IllegalArgumentException e) {
            throw file.damaged(e);
        }
    }

    /** Makes this the active model; empty for none. */
    void activate(Optional<ModelId> model) {
        file.update(state -> {
            state.put("version", 1);
            if (model.isPresent()) {
                state.put(ACTIVE, model.get().toString());
            } else {
                state.remove(ACTIVE);
            }
        });
    }

    /** Makes no model active, if this is the active one at the moment of the change. */
    void deactivate(ModelId model) {
        file.update(state -> {
            if (model.toString().equals(state.path(ACTIVE).asText())) {
                state.remove(ACTIVE);
            }
        });
    }

    /** How long a full check of a file is trusted. */
    Duration checkAfter() {
        return Duration.ofDays(file.read().path(CHECK_AFTER_DAYS).asInt(USUAL_CHECK_AFTER_DAYS));
    }

    /** Sets how long a full check of a file is trusted; whole days count. */
    void checkAfter(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a time must not be negative but was " + time);
        }
        file.update(state -> state.put("version", 1).put(CHECK_AFTER_DAYS, time.toDays()));
    }

    /** How much sessions insist on a sandbox, in the word that was set; empty where none was. */
    Optional<String> sandbox() {
        return Optional.ofNullable(file.read().path(SANDBOX).textValue());
    }

    /** Sets how much sessions insist on a sandbox. */
    void sandbox(String wish) {
        file.update(state -> state.put("version", 1).put(SANDBOX, wish));
    }

    /** Whose signatures count; in the beginning nobody's, and files without one are fine. */
    SignaturePolicy signaturePolicy() {
        return policy(file.read());
    }

    /** Changes the policy as it is at this moment. */
    void signaturePolicy(UnaryOperator<SignaturePolicy> change) {
        file.update(state -> {
            state.put("version", 1);
            state.putRawValue(
                    SIGNATURES, new RawValue(change.apply(policy(state)).json()));
        });
    }

    private static SignaturePolicy policy(ObjectNode state) {
        JsonNode policy = state.path(SIGNATURES);
        return policy.isMissingNode() ? SignaturePolicy.trustingNobody() : SignaturePolicy.parse(policy.toString());
    }
}
