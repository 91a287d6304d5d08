package ai.bearllm.lock;

import java.util.Optional;

/**
 * Lets one holder in this JVM at a time to a file, also where the toolkit was loaded twice by two class loaders, as kernels
 * do: the operating system knows processes, not holders, and a second one would destroy the first one's lock.
 *
 * <p>The state is a system property, the one map of strings that all class loaders share; the monitor is the property's
 * interned name. A holder is a lease's thread or an open journal, so the property goes whenever they end.
 */
final class Gate {
    private final String name;

    private Gate(String name) {
        this.name = name;
    }

    static Optional<Gate> tryEnter(Object identity) {
        String name = ("ai.bearllm.lock." + identity).intern();
        synchronized (name) {
            if (System.getProperty(name) != null) {
                return Optional.empty();
            }
            System.setProperty(name, Thread.currentThread().getName());
            return Optional.of(new Gate(name));
        }
    }

    void leave() {
        synchronized (name) {
            System.clearProperty(name);
        }
    }
}
