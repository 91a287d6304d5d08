package ai.bearllm.worker;

import ai.bearllm.engine.Hosting;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Loaded models that nobody uses at the moment: the next session on the same file with the same options takes one instead of
 * loading it again. Each is ended when its time is over, when memory is needed, or with the engine.
 */
final class WarmPool implements AutoCloseable {
    private static final Logger LOG = System.getLogger(WarmPool.class.getName());

    private final KeepAlive settings;
    /** The least recently used first. */
    private final List<Idle> idle = new ArrayList<>();

    private boolean closed;

    WarmPool(KeepAlive settings) {
        this.settings = settings;
    }

    /** Which model it is: another file at the same path, or the same file with other options, is another one. */
    record Key(ModelSource source, List<Stamp> files, LoadOptions options) {
        static Key of(ModelSource source, LoadOptions options) {
            List<Path> parts = source instanceof ModelSource.LocalFile local ? local.parts() : List.of();
            Hosting hosting = new Hosting(options.hosting().sandboxing(), Optional.empty());
            return new Key(source, parts.stream().map(Stamp::of).toList(), options.withHosting(hosting));
        }

        /** Size of the model's files: about what its loading takes at least. */
        long bytes() {
            return files.stream().mapToLong(Stamp::bytes).sum();
        }
    }

    /**
     * A file as it was when it was loaded.
     *
     * @param bytes its size; 0 for one that is missing
     * @param identity which file of that size
     */
    record Stamp(long bytes, String identity) {
        static Stamp of(Path file) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(found.size(), found.lastModifiedTime() + " " + found.fileKey());
            } catch (IOException e) {
                return new Stamp(0, "missing");
            }
        }
    }

    /** A session that waits, and since when by the system's running clock. */
    private record Idle(Key key, WorkerSession session, long since, Duration keepAlive) {
        boolean isOver() {
            return age().compareTo(keepAlive) >= 0;
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    /**
     * A session that was taken out.
     *
     * @param waited how long it had been idle
     */
    record Warm(WorkerSession session, Duration waited) {}

    /** Takes the one that was used last, if its worker still serves. */
    Optional<Warm> take(Key key) {
        while (true) {
            Optional<Idle> found = removeLast(key);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            if (found.get().session().serves()) {
                return Optional.of(new Warm(found.get().session(), found.get().age()));
            }
            found.get().session().close();
        }
    }

    private synchronized Optional<Idle> removeLast(Key key) {
        for (int i = idle.size() - 1; i >= 0; i--) {
            if (idle.get(i).key().equals(key)) {
                return Optional.of(idle.remove(i));
            }
        }
        return Optional.empty();
    }

    /** Keeps a session that nobody uses any more, for so long; closes it where its worker does not serve. */
    void put(Key key, WorkerSession session, Duration keepAlive) {
        synchronized (this) {
            if (!closed && session.serves()) {
                idle.add(new Idle(key, session, System.nanoTime(), keepAlive));
                CompletableFuture.delayedExecutor(keepAlive.toMillis() + 1, TimeUnit.MILLISECONDS)
                        .execute(this::expire);
                return;
            }
        }
        session.close();
    }

    private void expire() {
        List<Idle> over = new ArrayList<>();
        synchronized (this) {
            Iterator<Idle> each = idle.iterator();
            while (each.hasNext()) {
                Idle next = each.next();
                if (next.isOver()) {
                    each.remove();
                    over.add(next);
                }
            }
        }
        over.forEach(next -> next.session().close());
    }

    /**
     * Ends idle sessions until a model of this size fits into the free memory, the least recently used first.
     *
     * @return what was ended, in words
     */
    List<String> makeRoom(long bytes) {
        List<String> ended = new ArrayList<>();
        OptionalLong free = settings.free().get();
        if (free.isEmpty()) {
            return ended;
        }
        long room = free.getAsLong();
        while (room < bytes) {
            Optional<Idle> oldest = removeOldest();
            if (oldest.isEmpty()) {
                break;
            }
            WorkerSession session = oldest.get().session();
            long held = held(session);
            session.close();
            room += held;
            String words = session.source().name() + ", idle for "
                    + oldest.get().age().toSeconds() + " s, which held " + new ByteSize(held);
            LOG.log(Level.INFO, "ended {0}, to make room for {1}", words, new ByteSize(bytes));
            ended.add(words);
        }
        return ended;
    }

    private static long held(WorkerSession session) {
        var memory = session.memory();
        return memory.anonymousBytes().orElse(0) + memory.fileMappedBytes().orElse(0);
    }

    private synchronized Optional<Idle> removeOldest() {
        return idle.isEmpty() ? Optional.empty() : Optional.of(idle.remove(0));
    }

    /** Those that wait at this moment, the least recently used first. */
    synchronized List<WorkerSession> waiting() {
        return idle.stream().map(Idle::session).toList();
    }

    /** Ends those that hold this file. */
    void end(ModelSource source) {
        List<Idle> found;
        synchronized (this) {
            found = idle.stream()
                    .filter(next -> next.session().source().equals(source))
                    .toList();
            idle.removeAll(found);
        }
        found.forEach(next -> next.session().close());
    }

    @Override
    public void close() {
        List<Idle> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(idle);
            idle.clear();
        }
        all.forEach(next -> next.session().close());
    }
}
