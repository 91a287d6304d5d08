package ai.bearllm.worker;

import ai.bearllm.engine.Sandboxing;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where worker processes live and with which Java they run.
 *
 * @param workers private directories go here where the temporary directory cannot take them; made when needed
 * @param logs what workers print goes here, one file a worker; made when needed
 * @param temporary private directories go here first: short paths, room for native libraries, programs may run
 * @param javaHome the Java installation that runs the workers
 * @param sandboxing how much the workers insist on being fenced off
 * @param keepAlive how long models stay loaded after their sessions were closed
 * @param startTimeout how long a worker's JVM may take until it answers; loading the model does not count
 * @param silence how long a worker may give no sign of life, also while it loads or computes, before it is ended; whole seconds
 *     count, at least 2
 */
public record WorkerSettings(
        Path workers,
        Path logs,
        Path temporary,
        Path javaHome,
        Sandboxing sandboxing,
        KeepAlive keepAlive,
        Duration startTimeout,
        Duration silence) {
    public WorkerSettings {
        workers = workers.toAbsolutePath();
        logs = logs.toAbsolutePath();
        temporary = temporary.toAbsolutePath();
        javaHome = javaHome.toAbsolutePath();
        if (startTimeout.isNegative() || startTimeout.isZero()) {
            throw new IllegalArgumentException("startTimeout must be positive but was " + startTimeout);
        }
    }

    /** Workers run with this process's own Java, in the system's temporary directory if it can take them. */
    public static WorkerSettings of(Path workers, Path logs) {
        return new WorkerSettings(
                workers,
                logs,
                Path.of(System.getProperty("java.io.tmpdir")),
                Path.of(System.getProperty("java.home")),
                Sandboxing.PREFERRED,
                KeepAlive.NONE,
                Duration.ofSeconds(60),
                Duration.ofSeconds(15));
    }

    /** With private directories below this one where it can take them. */
    public WorkerSettings withTemporary(Path directory) {
        return new WorkerSettings(workers, logs, directory, javaHome, sandboxing, keepAlive, startTimeout, silence);
    }

    /** With this Java installation. */
    public WorkerSettings withJavaHome(Path directory) {
        return new WorkerSettings(workers, logs, temporary, directory, sandboxing, keepAlive, startTimeout, silence);
    }

    /** Insisting on a sandbox as much as this. */
    public WorkerSettings withSandboxing(Sandboxing wish) {
        return new WorkerSettings(workers, logs, temporary, javaHome, wish, keepAlive, startTimeout, silence);
    }

    /** Keeping models loaded so. */
    public WorkerSettings withKeepAlive(KeepAlive value) {
        return new WorkerSettings(workers, logs, temporary, javaHome, sandboxing, value, startTimeout, silence);
    }

    /** Ending a worker that gives no sign of life for so long. */
    public WorkerSettings withSilence(Duration time) {
        return new WorkerSettings(workers, logs, temporary, javaHome, sandboxing, keepAlive, startTimeout, time);
    }
}
