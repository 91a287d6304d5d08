package ai.bearllm.worker;

import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A worker process with a model loaded: sends requests and hands each reply to its exchange. */
final class Worker implements AutoCloseable {
    /** From giving up on a cancelled request until its worker is ended: within one second of the wish it uses no CPU. */
    private static final Duration STOP_GRACE = Duration.ofMillis(650);

    private static final String BY_ITSELF = "it ended by itself";

    private static final Logger LOG = System.getLogger(Worker.class.getName());

    private final WorkerProcess process;
    private final LoadReport report;
    private final Map<Long, Exchange> exchanges = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<@Nullable String> ended = new AtomicReference<>();
    private volatile @Nullable Exchange abandoned;

    private Worker(WorkerProcess process, LoadReport report) {
        this.process = process;
        this.report = report;
    }

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
    }

    /**
     * Starts a process and loads the model.
     *
     * @throws CancellationException if cancelled; the process is gone then
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
        try {
            LoadReport report = load(process, load);
            Worker worker = new Worker(process, told(report, launched, Duration.ofNanos(System.nanoTime() - start)));
            worker.startReading();
            return worker;
        } catch (RuntimeException | Error e) {
            process.close();
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

    private static LoadReport load(WorkerProcess process, Load load) {
        try {
            process.frames()
                    .write(new Message.Load(
                            0,
                            load.provider().getClass().getName(),
                            process.directory().path(),
                            load.source(),
                            load.options()));
            Message reply = process.frames().read();
            if (reply instanceof Message.Loaded loaded) {
                return loaded.report();
            }
            throw Failure.of(reply, process.log());
        } catch (Frames.NonsenseException e) {
            throw Failure.ofConnection(String.valueOf(e.getMessage()), process.log());
        } catch (IOException e) {
            throw process.died();
        }
    }

    /** The engine's report with the whole time, the process's start included, and what only this side knows. */
    private static LoadReport told(LoadReport report, Launched launched, Duration time) {
        Map<String, String> parameters = new LinkedHashMap<>(report.parameters());
        parameters.put("isolation", launched.isolation().label());
        launched.why().ifPresent(why -> parameters.put("isolationBecause", why));
        PrivateDirectory directory = launched.process().directory();
        directory.why().ifPresent(why -> parameters.put("privateDirectory", directory.path() + " because " + why));
        return new LoadReport(
                time,
                report.contextTokens(),
                parameters,
                report.weightsBytes(),
                report.kvCacheBytes(),
                report.computeBytes(),
                report.gpuLayers(),
                report.gpuFallback());
    }

    private void startReading() {
        Thread reader = new Thread(this::read, "bear-worker-" + process.pid());
        reader.setDaemon(true);
        reader.setContextClassLoader(Worker.class.getClassLoader());
        reader.start();
    }

    private void read() {
        try {
            while (true) {
                Message message = process.frames().read();
                Exchange exchange = exchanges.get(message.id());
                if (exchange != null) {
                    exchange.add(new Exchange.Reply(message));
                }
            }
        } catch (Frames.NonsenseException e) {
            lost(String.valueOf(e.getMessage()));
            process.kill();
        } catch (IOException e) {
            // The process has ended, or this side has closed the connection and said so before.
            lost(BY_ITSELF);
        }
    }

    private void lost(String why) {
        ended.compareAndSet(null, why);
        exchanges.values().forEach(exchange -> exchange.add(new Exchange.Lost()));
    }

    /** How the model was loaded. */
    LoadReport report() {
        return report;
    }

    long pid() {
        return process.pid();
    }

    MemoryReport memory() {
        return process.memory();
    }

    WorkerLog log() {
        return process.log();
    }

    /** Why it serves no more; empty while it does. */
    Optional<String> ended() {
        if (ended.get() == null && !process.isAlive()) {
            lost(BY_ITSELF);
        }
        return Optional.ofNullable(ended.get());
    }

    /** Why it serves no more, with the process's own end where that was the reason. */
    String how() {
        String why = ended().orElse("it serves");
        return why.equals(BY_ITSELF) ? process.end() : why;
    }

    /** Why a request was lost: how the process died, or why it was ended from here. */
    BearException died() {
        String why = ended().orElse(BY_ITSELF);
        return why.equals(BY_ITSELF) ? process.died() : Failure.ofConnection(why, process.log());
    }

    /** Sends a request; {@link #done} must follow. */
    Exchange send(LongFunction<Message> request) {
        Exchange exchange = new Exchange(ids.incrementAndGet());
        exchanges.put(exchange.id(), exchange);
        if (ended().isPresent()) {
            exchange.add(new Exchange.Lost());
            return exchange;
        }
        // An interrupt would close the channel, and with it the worker; it is heard again when the reply is awaited.
        boolean interrupted = Thread.interrupted();
        try {
            process.frames().write(request.apply(exchange.id()));
        } catch (Frames.TooLongException e) {
            exchanges.remove(exchange.id());
            throw new BearException(
                    "The request has more than " + (Frames.MOST_BYTES >> 20) + " MiB of text.",
                    "Shorten the prompt; no model's context holds that much.",
                    e);
        } catch (IOException e) {
            lost(BY_ITSELF);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return exchange;
    }

    /** Asks the worker to stop this request; its reply still comes. */
    void cancel(Exchange exchange) {
        try {
            process.frames().write(new Message.Cancel(exchange.id()));
        } catch (IOException e) {
            lost(BY_ITSELF);
        }
    }

    /** The reply was taken. */
    void done(Exchange exchange) {
        exchanges.remove(exchange.id());
    }

    /** Nobody waits for this cancelled request any more; where the worker goes on computing, it is ended. */
    void abandon(Exchange exchange) {
        abandoned = exchange;
        Thread watch = new Thread(() -> endUnlessStopped(exchange), "bear-worker-watch-" + process.pid());
        watch.setDaemon(true);
        watch.start();
    }

    private void endUnlessStopped(Exchange exchange) {
        try {
            if (!exchange.awaitEnd(STOP_GRACE)) {
                String why = "a cancelled request did not stop, so its worker was ended";
                LOG.log(Level.WARNING, why);
                ended.compareAndSet(null, why);
                process.kill();
                lost(why);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; without its watch the worker must not go on.
            process.kill();
        } finally {
            done(exchange);
        }
    }

    /** Waits until an abandoned request is over, one way or the other. */
    void settle() throws InterruptedException {
        Exchange open = abandoned;
        abandoned = null;
        if (open != null && !open.awaitEnd(STOP_GRACE.multipliedBy(4))) {
            LOG.log(Level.WARNING, "an ended worker's connection stays open");
        }
    }

    @Override
    public void close() {
        lost("its session was closed");
        process.close();
    }
}
