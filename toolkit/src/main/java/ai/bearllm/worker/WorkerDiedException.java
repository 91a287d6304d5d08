package ai.bearllm.worker;

import ai.bearllm.model.BearException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The worker process ended in the middle of a request. The session stays usable: its next request starts a new worker and
 * loads the model again.
 */
public final class WorkerDiedException extends BearException {
    private static final long serialVersionUID = 1L;

    private final int signal;
    private final List<String> lastLines;
    private final String log;

    WorkerDiedException(String problem, String fix, OptionalInt signal, List<String> lastLines, Path log) {
        super(problem, fix);
        this.signal = signal.orElse(0);
        this.lastLines = List.copyOf(lastLines);
        this.log = log.toString();
    }

    /** The signal that ended the process, for example 9 for SIGKILL; empty where it ended by itself or the system does not tell. */
    public OptionalInt signal() {
        return signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal);
    }

    /** The last lines that the process printed. */
    public List<String> lastLines() {
        return lastLines;
    }

    /** The file with everything that it printed. */
    public Path log() {
        return Path.of(log);
    }
}
