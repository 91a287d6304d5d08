package ai.bearllm.hub;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads variables of the process's environment as the hub's own tools do. */
final class Environment {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    private Environment() {}

    /** The variable's value; empty where it is unset or blank. */
    static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** Whether the variable says yes. Source: huggingface_hub, constants.py. */
    static boolean isSet(Map<String, String> environment, String name) {
        return value(environment, name)
                .map(text -> TRUE.contains(text.toUpperCase(Locale.ROOT)))
                .orElse(false);
    }
}
