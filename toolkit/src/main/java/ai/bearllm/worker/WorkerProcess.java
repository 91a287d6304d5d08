package ai.bearllm.worker;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.machine.MemoryKills;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A child JVM with its log, its private directory and its connection. Closing it leaves nothing behind.
 *
 * <p>Unix-domain sockets, {@code ProcessHandle} and exit codes work on macOS and Windows too; only Linux is tested.
 */
final class WorkerProcess implements AutoCloseable {
    private static final long LOOK_MILLIS = 50;
    private static final Duration LAST_WORDS = Duration.ofSeconds(3);

    /** A killed process ends at once, unless it waits for a device that does not answer. */
    private static final Duration END = Duration.ofSeconds(10);

    private final Process process;
    private final ProcessHandle java;
    private final PrivateDirectory directory;
    private final WorkerLog log;
    private final Frames frames;
    private final MemoryKills before = MemoryKills.now();
    private volatile MemoryReport seen = MemoryReport.UNKNOWN;

    private WorkerProcess(Process process, PrivateDirectory directory, WorkerLog log, Frames frames) {
        this.process = process;
        this.java = innermost(process.toHandle());
        this.directory = directory;
        this.log = log;
        this.frames = frames;
    }

    /**
     * Starts the JVM and waits until it has connected.
     *
     * @param heading first line of the log
     */
    static WorkerProcess start(Launch launch, String heading, Cancellation cancellation) {
        cancellation.check();
        PrivateDirectory directory = PrivateDirectory.create(launch.settings());
        try {
            WorkerLog log = WorkerLog.create(launch.settings().logs(), heading);
            return start(launch, directory, log, cancellation);
        } catch (IOException e) {
            directory.close();
            throw new BearException(
                    "The worker process did not start: " + e.getMessage() + ".",
                    "Look whether this system still lets you start programs, and whether its disks have room.",
                    e);
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private static WorkerProcess start(
            Launch launch, PrivateDirectory directory, WorkerLog log, Cancellation cancellation) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.socket()));
            ProcessBuilder builder = WorkerCommand.prepare(launch, directory, directory.crashReport());
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
            Process process = launch.starter().start(builder);
            boolean connected = false;
            try {
                process.getOutputStream().close();
                directory.ownedBy(process.toHandle());
                Frames.warmUp();
                Frames frames = new Frames(accept(
                        server, process, directory, log, launch.settings().startTimeout(), cancellation));
                connected = true;
                return new WorkerProcess(process, directory, log, frames);
            } finally {
                if (!connected) {
                    end(process);
                }
            }
        }
    }

    private static SocketChannel accept(
            ServerSocketChannel server,
            Process process,
            PrivateDirectory directory,
            WorkerLog log,
            Duration timeout,
            Cancellation cancellation)
            throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        server.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            while (true) {
                selector.select(LOOK_MILLIS);
                SocketChannel channel = server.accept();
                if (channel != null) {
                    return channel;
                }
                cancellation.check();
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    throw new CancellationException("the start of a worker was interrupted");
                }
                if (!process.isAlive()) {
                    throw died(ExitStatus.of(exitCode(process), log.lines()), directory, log);
                }
                if (System.nanoTime() > deadline) {
                    throw new BearException(
                            "The worker process did not answer within " + timeout.toSeconds() + " s.",
                            "Look into " + log.file() + "; on a very busy machine, try again.");
                }
            }
        }
    }

    Frames frames() {
        return frames;
    }

    PrivateDirectory directory() {
        return directory;
    }

    WorkerLog log() {
        return log;
    }

    /** The id of the JVM, not of a program around it. */
    long pid() {
        return java.pid();
    }

    /** Programs that fence a process off stay around it. */
    private static ProcessHandle innermost(ProcessHandle process) {
        return process.descendants()
                .filter(descendant -> descendant.children().findAny().isEmpty())
                .findFirst()
                .orElse(process);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Memory of the process at this moment; unknown once it has ended. */
    MemoryReport memory() {
        return process.isAlive() ? ProcessMemory.of(java.pid()) : MemoryReport.UNKNOWN;
    }

    /** What the system says that it does. */
    ProcessState state() {
        return ProcessState.of(java.pid());
    }

    /** Notes what its end may have to be explained with. */
    void look() {
        MemoryReport now = memory();
        if (now.peakResidentBytes().isPresent()) {
            seen = now;
        }
    }

    /** Ends the process at once. */
    void kill() {
        java.destroyForcibly();
        process.destroyForcibly();
    }

    /** How the process ended; for a process whose connection has ended, so that its own end is near. */
    WorkerDiedException died() {
        return died(status(), directory, log);
    }

    /** The same as a sentence. */
    String end() {
        return status().sentence();
    }

    private ExitStatus status() {
        return ExitStatus.of(exitCode(process), log.lines())
                .with(MemoryKills.now().since(before), seen.peakResidentBytes());
    }

    /** What a request fails with that was sent to a process of which nothing is heard. */
    WorkerDiedException silent(String why) {
        return exception(
                "The worker process was ended: " + why + ".",
                "Ask again: the model is loaded anew by itself.",
                OptionalInt.empty(),
                log);
    }

    private static WorkerDiedException died(ExitStatus status, PrivateDirectory directory, WorkerLog log) {
        log.keepCrashReport(directory.crashReport());
        return exception(status.sentence(), status.fix(), status.signal(), log);
    }

    private static WorkerDiedException exception(String problem, String fix, OptionalInt signal, WorkerLog log) {
        List<String> lines = log.lastLines();
        String printed = lines.isEmpty() ? "" : " It printed last: " + String.join(" | ", lines) + ".";
        String crash = Files.exists(log.crashReport()) ? ", the crash itself in " + log.crashReport() : "";
        return new WorkerDiedException(
                problem + printed,
                fix + " Everything it printed is in " + log.file() + crash + ".",
                signal,
                lines,
                log.file());
    }

    /** A JVM that crashes writes its report first; one that does not end by then is ended. Empty where it does not end. */
    private static OptionalInt exitCode(Process process) {
        boolean interrupted = Thread.interrupted();
        try {
            if (!awaited(process, LAST_WORDS)) {
                process.destroyForcibly();
            }
            return awaited(process, END) ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
        } catch (InterruptedException e) {
            interrupted = true;
            end(process);
            return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean awaited(Process process, Duration wait) throws InterruptedException {
        return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends it with all that it started, and waits for that. */
    private static void end(Process process) {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?>[] ends = all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<?> ended =
                CompletableFuture.allOf(ends).completeOnTimeout(null, END.toMillis(), TimeUnit.MILLISECONDS);
        ended.join();
    }

    /** Ends the process, waits for its end, and removes its directory. */
    @Override
    public void close() {
        try {
            frames.close();
        } catch (IOException e) {
            // The process is ended all the same.
            process.destroyForcibly();
        }
        end(process);
        directory.close();
    }
}
