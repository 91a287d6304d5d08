package ai.bearllm.worker;

import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.Session;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Serves one engine and one session inside the worker: requests one after the other on one thread, while another reads, so
 * that a wish to cancel and the parent's end are heard at once.
 */
final class WorkerHost {
    private static final Logger LOG = System.getLogger(WorkerHost.class.getName());

    private final Frames frames;
    private final Runnable end;
    private final BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
    private final Map<Long, Cancellation> generations = new ConcurrentHashMap<>();
    private @Nullable Session session;

    /**
     * @param end ends the process
     */
    WorkerHost(Frames frames, Runnable end) {
        this.frames = frames;
        this.end = end;
    }

    /** Reads until the connection ends. */
    void serve() {
        start("bear-engine", this::work);
        start("bear-heart", this::beat);
        try {
            while (true) {
                Message message = frames.read();
                if (message instanceof Message.Cancel cancel) {
                    Cancellation generation = generations.get(cancel.id());
                    if (generation != null) {
                        generation.cancel();
                    }
                } else {
                    if (message instanceof Message.Generate) {
                        // Known before it is begun, so that no wish to cancel comes too early.
                        generations.put(message.id(), Cancellation.create());
                    }
                    requests.add(message);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the connection has ended", e);
        } finally {
            end.run();
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The other side ends a worker of which it hears nothing. */
    private void beat() {
        try {
            while (true) {
                frames.write(new Message.Beat(0));
                Thread.sleep(Connection.BEAT.toMillis());
            }
        } catch (IOException | InterruptedException e) {
            LOG.log(Level.DEBUG, "nobody hears this worker any more", e);
        } finally {
            end.run();
        }
    }

    private void work() {
        try {
            while (true) {
                Message request = requests.take();
                send(reply(request));
            }
        } catch (IOException | InterruptedException e) {
            LOG.log(Level.DEBUG, "nobody hears this worker any more", e);
        } finally {
            end.run();
        }
    }

    private void send(Message reply) throws IOException {
        try {
            frames.write(reply);
        } catch (Frames.TooLongException e) {
            frames.write(Failure.message(
                    reply.id(),
                    new BearException(
                            "The answer is too long to be sent: " + e.getMessage() + ".", "Ask for less at a time.")));
        }
    }

    private Message reply(Message request) throws IOException {
        try {
            return answer(request);
        } catch (Undeliverable e) {
            throw e.connection;
        } catch (RuntimeException | LinkageError e) {
            if (!(e instanceof BearException)) {
                LOG.log(Level.WARNING, "a request failed", e);
            }
            return Failure.message(request.id(), e);
        }
    }

    private Message answer(Message request) {
        if (request instanceof Message.Load load) {
            return load(load);
        }
        if (request instanceof Message.Generate generate) {
            return generate(generate);
        }
        if (request instanceof Message.Tokenize tokenize) {
            return new Message.Tokens(tokenize.id(), session().tokenize(tokenize.text()));
        }
        if (request instanceof Message.Detokenize detokenize) {
            return new Message.Decoded(detokenize.id(), session().detokenize(detokenize.tokens()));
        }
        if (request instanceof Message.Embed embed) {
            return new Message.Vector(embed.id(), list(session().embed(embed.text())));
        }
        throw new IllegalArgumentException(
                "a worker is not asked for " + request.getClass().getSimpleName());
    }

    private Message load(Message.Load load) {
        if (session != null) {
            throw new IllegalStateException("This worker has loaded its model already.");
        }
        Engine engine = provider(load.provider()).create(new EngineEnvironment(load.privateDirectory()));
        Session loaded = engine.load(load.source(), load.options(), Cancellation.create());
        session = loaded;
        return new Message.Loaded(load.id(), loaded.loaded());
    }

    private static EngineProvider provider(String type) {
        try {
            return Class.forName(type)
                    .asSubclass(EngineProvider.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException("cannot make the engine provider " + type, e);
        }
    }

    private Message generate(Message.Generate generate) {
        long id = generate.id();
        Cancellation cancellation = generations.getOrDefault(id, Cancellation.create());
        try {
            Generation generation = session().generate(generate.request(), text -> send(id, text), cancellation);
            return new Message.Generated(id, generation);
        } finally {
            generations.remove(id);
        }
    }

    private void send(long id, String text) {
        try {
            frames.write(new Message.Text(id, text));
        } catch (IOException e) {
            throw new Undeliverable(e);
        }
    }

    private Session session() {
        Session loaded = session;
        if (loaded == null) {
            throw new IllegalStateException("This worker has no model yet.");
        }
        return loaded;
    }

    private static List<Float> list(float[] values) {
        List<Float> list = new ArrayList<>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    /** Carries the end of the connection through an engine's generation. */
    private static final class Undeliverable extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient IOException connection;

        Undeliverable(IOException connection) {
            super(connection);
            this.connection = connection;
        }
    }
}
