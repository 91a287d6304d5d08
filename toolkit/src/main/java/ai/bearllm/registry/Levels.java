package ai.bearllm.registry;

import ai.bearllm.model.Shown;
import ai.bearllm.validation.Level;
import java.util.Locale;

/** The levels of a validation by the names that people write. */
public final class Levels {
    private Levels() {}

    /**
     * The level of this name, in any case.
     *
     * @throws IllegalArgumentException where there is none
     */
    public static Level named(String name) {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "quick" -> Level.QUICK;
            case "full" -> Level.FULL;
            default ->
                throw new IllegalArgumentException(
                        "a validation is \"quick\" or \"full\" but was to be \"" + Shown.line(name) + "\"");
        };
    }
}
