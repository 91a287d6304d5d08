package ai.bearllm.worker;

import java.util.Optional;

/**
 * How a worker is kept from the rest of the machine. Whatever the level, what its native code does to its own process harms no
 * other one; the levels differ in what a hostile file can reach that has taken the worker over.
 */
public enum Isolation {
    /** Linux: namespaces made by {@code bwrap}. */
    BUBBLEWRAP(
            "bubblewrap",
            "No network; sees the model, Java and system libraries, writes to its own folder alone; no programs to start."),
    /** macOS: the system's {@code sandbox-exec}. Written by its documentation, never run by us. */
    SANDBOX_EXEC(
            "sandbox-exec",
            "No network; reads the model, Java and system libraries, writes to its own folder alone; starts no programs."),
    /** Any system: a process of its own and nothing more. */
    CHILD_PROCESS("child process", "A crash ends the worker, not this session; files and network are not fenced off.");

    private final String label;
    private final String meaning;

    Isolation(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The name in reports and run records. */
    public String label() {
        return label;
    }

    /** What this level stops, in one sentence. */
    public String meaning() {
        return meaning;
    }

    /** Whether network and foreign files are out of reach. */
    public boolean isFenced() {
        return this != CHILD_PROCESS;
    }

    /** The best level that works on this machine, tried out; takes some milliseconds. */
    public static Here here() {
        Sandbox.Found found = Sandbox.best();
        return new Here(found.sandbox().map(Sandbox::level).orElse(CHILD_PROCESS), found.why());
    }

    /**
     * What works here.
     *
     * @param level the best level
     * @param better why no better one works and what to do about it; empty where it is the best there is
     */
    public record Here(Isolation level, Optional<String> better) {}

    @Override
    public String toString() {
        return label;
    }
}
