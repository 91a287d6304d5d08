package ai.bearllm.worker;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Starts a program so that it reaches no more than it was given. */
interface Sandbox {
    Isolation level();

    /** The command that runs this one within the bounds. */
    List<String> around(List<String> command, Confinement bounds);

    /** Whether the program has process ids of its own, so that it does not see its parent. */
    boolean hidesProcesses();

    /**
     * What was found.
     *
     * @param sandbox the one to use; empty where none works
     * @param why why none works and what to do, a sentence or two; empty where one does
     */
    record Found(Optional<Sandbox> sandbox, Optional<String> why) {
        static Found of(Sandbox sandbox) {
            return new Found(Optional.of(sandbox), Optional.empty());
        }

        static Found none(String why) {
            return new Found(Optional.empty(), Optional.of(why));
        }
    }

    /** Looks for the one that works on this system, and tries it out. */
    static Found best() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.contains("linux")) {
            return Bubblewrap.find(System.getenv());
        }
        if (system.contains("mac")) {
            return SandboxExec.find();
        }
        return Found.none(
                "This system has no sandbox that Bear knows; on Windows, run the notebook in WSL to have one.");
    }
}
