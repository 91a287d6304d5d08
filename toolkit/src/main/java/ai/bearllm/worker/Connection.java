package ai.bearllm.worker;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.model.BearException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a worker process and replies from it, each handed to its exchange. The worker is heard at least every second; one
 * that falls silent is ended, so that nobody waits for ever for a process that is stopped or hangs.
 */
final class Connection implements AutoCloseable {
    /** How often a worker says that it is there. */
    static final Duration BEAT = Duration.ofSeconds(1);

    /** From giving up on a cancelled request until its worker is ended: within one second of the wish it uses no CPU. */
    private static final Duration STOP_GRACE = Duration.ofMillis(650);

    private static final Logger LOG = System.getLogger(Connection.class.getName());
    private static final Ended BY_ITSELF = new Ended("it ended by itself", Cause.ITSELF);

    private final WorkerProcess process;
    private final int mostSilentBeats;
    private final Map<Long, Exchange> exchanges = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicReference<@Nullable Ended> ended = new AtomicReference<>();
    private volatile boolean heard = true;
    private volatile @Nullable Exchange abandoned;

    /**
     * @param silence how long the worker may say nothing
     */
    private Connection(WorkerProcess process, Duration silence) {
        this.process = process;
        this.mostSilentBeats = (int) Math.max(2, silence.dividedBy(BEAT));
    }

    /** What ended the service of a worker. */
    private enum Cause {
        /** The process ended; its exit status tells why. */
        ITSELF,
        /** It was not heard any more, and was ended from here. */
        SILENCE,
        /** It was ended from here for another reason. */
        OURS
    }

    private record Ended(String why, Cause cause) {}

    /** Begins to hear the process. */
    static Connection to(WorkerProcess process, Duration silence) {
        Connection connection = new Connection(process, silence);
        start("bear-worker-" + process.pid(), connection::read);
        start("bear-worker-pulse-" + process.pid(), connection::watch);
        return connection;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(Connection.class.getClassLoader());
        thread.start();
    }

    private void read() {
        try {
            while (true) {
                Message message = process.frames().read();
                heard = true;
                Exchange exchange = exchanges.get(message.id());
                if (exchange != null) {
                    exchange.add(new Exchange.Reply(message));
                }
            }
        } catch (Frames.NonsenseException e) {
            lost(new Ended(String.valueOf(e.getMessage()), Cause.OURS));
            process.kill();
        } catch (IOException e) {
            // The process has ended, or this side has closed the connection and said so before.
            lost(BY_ITSELF);
        }
    }

    /** Counts looks, not time: after this process itself was stopped, its worker has as long as ever to be heard. */
    private void watch() {
        int silent = 0;
        try {
            while (ended.get() == null) {
                Thread.sleep(BEAT.toMillis());
                silent = heard ? 0 : silent + 1;
                heard = false;
                process.look();
                if (silent >= mostSilentBeats) {
                    endSilent(silent);
                }
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; without it a stopped worker would not be noticed.
            end(new Ended("nobody watches it any more", Cause.OURS));
        }
    }

    private void endSilent(int seconds) {
        String state = switch (process.state()) {
            case STOPPED ->
                "the system says that it is stopped: a signal such as SIGSTOP, a debugger or a suspended job"
                        + " does that";
            case IN_DEVICE -> "the system says that it waits for a disk or another device";
            case LIVE -> "it is there, but the machine is overloaded, or it hangs";
            case ENDED, UNKNOWN -> "the system does not tell what it does";
        };
        Ended why = new Ended("nothing was heard of it for " + seconds + " s; " + state, Cause.SILENCE);
        LOG.log(Level.WARNING, "worker {0} was ended, because {1}", Long.toString(pid()), why.why());
        end(why);
    }

    private void end(Ended why) {
        ended.compareAndSet(null, why);
        process.kill();
        lost(why);
    }

    private void lost(Ended why) {
        ended.compareAndSet(null, why);
        exchanges.values().forEach(exchange -> exchange.add(new Exchange.Lost()));
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

    /** Whether requests are answered. */
    boolean serves() {
        if (ended.get() == null && !process.isAlive()) {
            lost(BY_ITSELF);
        }
        return ended.get() == null;
    }

    private Ended ending() {
        return Optional.ofNullable(ended.get()).orElse(BY_ITSELF);
    }

    /** Why it serves no more; for a connection that does not. */
    String how() {
        Ended why = ending();
        return why.cause() == Cause.ITSELF ? process.end() : why.why();
    }

    /** Why a request was lost: how the process died, or why it was ended from here. */
    BearException died() {
        Ended why = ending();
        return switch (why.cause()) {
            case ITSELF -> process.died();
            case SILENCE -> process.silent(why.why());
            case OURS -> Failure.ofConnection(why.why(), process.log());
        };
    }

    /** Sends a request; {@link #done} must follow. */
    Exchange send(LongFunction<Message> request) {
        Exchange exchange = new Exchange(ids.incrementAndGet());
        exchanges.put(exchange.id(), exchange);
        if (!serves()) {
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

    /**
     * Sends a request that has one reply, and waits for it.
     *
     * @throws RuntimeException what the request failed with in the worker
     * @throws BearException where the worker died or was ended
     */
    <T extends Message> T ask(LongFunction<Message> request, Class<T> kind) throws InterruptedException {
        Exchange exchange = send(request);
        Exchange.Event event;
        try {
            event = exchange.take();
        } finally {
            done(exchange);
        }
        if (!(event instanceof Exchange.Reply reply)) {
            throw died();
        }
        if (kind.isInstance(reply.message())) {
            return kind.cast(reply.message());
        }
        throw Failure.of(reply.message(), log());
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
        start("bear-worker-watch-" + process.pid(), () -> endUnlessStopped(exchange));
    }

    private void endUnlessStopped(Exchange exchange) {
        try {
            if (!exchange.awaitEnd(STOP_GRACE)) {
                Ended why = new Ended("a cancelled request did not stop, so its worker was ended", Cause.OURS);
                LOG.log(Level.WARNING, why.why());
                end(why);
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
        lost(new Ended("its session was closed", Cause.OURS));
        process.close();
    }
}
