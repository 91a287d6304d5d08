package ai.bearllm.worker;

import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A worker process with a model loaded.
 *
 * @param connection to the process
 * @param report how the model was loaded
 */
record Worker(Connection connection, LoadReport report) implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Worker.class.getName());

    /** What a worker is started with, again and again if need be. */
    record Load(
            WorkerSettings settings,
            EngineProvider provider,
            ModelSource source,
            LoadOptions options,
            Fence fence,
            Starter starter) {
        Launch launch() {
            return Launch.of(settings, provider, source, options, fence.sandbox(), starter);
        }

        /** The same model on the same engine, loaded otherwise. */
        Load with(LoadOptions others) {
            return new Load(settings, provider, source, others, fence, starter);
        }
    }

    /**
     * Starts a process and loads the model.
     *
     * @throws CancellationException if cancelled or interrupted; the process is gone then
     */
    static Worker start(Load load, Cancellation cancellation) {
        EngineProvider provider = load.provider();
        provider.unavailableBecause().ifPresent(why -> {
            throw new BearException(
                    "The engine " + provider.name() + " cannot run here.", why + " Or choose another engine.");
        });
        long start = System.nanoTime();
        Launched launched = launch(load, cancellation);
        WorkerProcess process = launched.process();
        // A native loader cannot be asked to stop.
        Cancellation.Registration kill = cancellation.onCancel(process::kill);
        Connection connection = Connection.to(process, load.settings().silence());
        try {
            LoadReport report = load(connection, process.directory(), load);
            return new Worker(connection, told(report, launched, Duration.ofNanos(System.nanoTime() - start)));
        } catch (InterruptedException e) {
            connection.close();
            Thread.currentThread().interrupt();
            throw new CancellationException("the loading of a model was interrupted");
        } catch (RuntimeException | Error e) {
            connection.close();
            cancellation.check();
            throw e;
        } finally {
            kill.close();
        }
    }

    /**
     * A process that runs, and how it is kept apart.
     *
     * @param why why not better; empty where it is the best there is
     */
    private record Launched(WorkerProcess process, Isolation isolation, Optional<String> why) {}

    /** Where the sandbox starts no Java although it starts other programs, a plain child is better than nothing, if allowed. */
    private static Launched launch(Load load, Cancellation cancellation) {
        Launch launch = load.launch();
        String heading = "# " + load.provider().build() + ", " + load.source() + ", " + load.options() + ", "
                + launch.isolation();
        try {
            return new Launched(
                    WorkerProcess.start(launch, heading, cancellation),
                    launch.isolation(),
                    load.fence().why());
        } catch (WorkerDiedException e) {
            if (launch.sandbox().isEmpty() || load.fence().required()) {
                throw e;
            }
            String why = "in " + launch.isolation() + " it did not start: " + e.problem();
            LOG.log(Level.WARNING, "a worker runs as a plain child process, because {0}", why);
            return new Launched(
                    WorkerProcess.start(launch.inPlainChild(), heading + " failed", cancellation),
                    Isolation.CHILD_PROCESS,
                    Optional.of(why));
        }
    }

    private static LoadReport load(Connection connection, PrivateDirectory directory, Load load)
            throws InterruptedException {
        String provider = load.provider().getClass().getName();
        return connection
                .ask(
                        id -> new Message.Load(id, provider, directory.path(), load.source(), load.options()),
                        Message.Loaded.class)
                .report();
    }

    /** The engine's report with the whole time, the process's start included, and what only this side knows. */
    private static LoadReport told(LoadReport report, Launched launched, Duration time) {
        LoadReport told =
                report.withTime(time).with("isolation", launched.isolation().label());
        if (launched.why().isPresent()) {
            told = told.with("isolationBecause", launched.why().get());
        }
        PrivateDirectory directory = launched.process().directory();
        return directory.why().isPresent()
                ? told.with(
                        "privateDirectory",
                        directory.path() + " because " + directory.why().get())
                : told;
    }

    @Override
    public void close() {
        connection.close();
    }
}
