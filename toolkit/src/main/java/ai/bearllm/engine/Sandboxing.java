package ai.bearllm.engine;

import java.util.Locale;

/** How much a session insists on being fenced off from the rest of the machine. */
public enum Sandboxing {
    /** The best level that works here; the load report says which and, where it is not the best there is, why. */
    PREFERRED,
    /** A level that keeps the engine from the network and from foreign files, or no session at all. */
    REQUIRED,
    /** A plain child process: for engines or drivers that a sandbox stops. */
    OFF;

    /**
     * By its name as people write it, in any case.
     *
     * @throws IllegalArgumentException where there is no such name; it lists them
     */
    public static Sandboxing named(String name) {
        for (Sandboxing value : values()) {
            if (value.name().equalsIgnoreCase(name.strip())) {
                return value;
            }
        }
        throw new IllegalArgumentException("sandbox must be preferred, required or off but was \"" + name + "\"");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
