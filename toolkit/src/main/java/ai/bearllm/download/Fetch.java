package ai.bearllm.download;

import ai.bearllm.hub.NetworkException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Brings a stretch of a remote file into a part, with as many connections as are of use, and the digest following. The calling
 * thread coordinates: it counts, says how far it is, hashes what came out of order, and decides what a failure means.
 */
final class Fetch implements LaneSink.Landing {
    private static final long TICK_MILLIS = 50;
    private static final long LOOK_AT_PART_NANOS = 1_000_000_000L;
    /** Of the digest behind the bytes, before the coordinating thread reads them back. */
    private static final long LAG_BYTES = 1L << 20;

    private final Remote remote;
    private final PartFile part;
    private final Chain chain;
    private final Tools tools;
    private final Job job;
    private final Watcher watcher;
    private final Spans spans;
    private final boolean toTheEnd;
    private final Set<Lane> lanes = new HashSet<>();
    private final BlockingQueue<Ended> endings = new LinkedBlockingQueue<>();
    private final AtomicLong busyNanos = new AtomicLong();
    private final Pace pace;
    /** Connections that have not decided to end; guarded by the spans. */
    private int working;

    private long lastBytes;
    private long lastBytesNanos = System.nanoTime();
    private long lastLookNanos = System.nanoTime();

    private record Ended(Lane lane, Optional<Throwable> failure) {}

    /** Told what happens. */
    interface Watcher {
        /** The size became known; throws to refuse it. */
        void sizeKnown(long bytes) throws IOException;

        /** Called about twenty times a second. */
        void tick() throws IOException;
    }

    /**
     * @param from where the part goes on
     * @param end where the stretch ends; empty for the end of a file of unknown length
     */
    Fetch(
            Remote remote,
            PartFile part,
            Chain chain,
            long from,
            OptionalLong end,
            Tools tools,
            Job job,
            Watcher watcher) {
        this.remote = remote;
        this.part = part;
        this.chain = chain;
        this.tools = tools;
        this.job = job;
        this.watcher = watcher;
        this.spans = new Spans(from, end);
        this.toTheEnd = end.equals(remote.size());
        this.lastBytes = from;
        this.pace = new Pace(tools.settings().connections(), System.nanoTime(), from);
    }

    /**
     * Returns when everything is written, and {@link Chain#hashed()} near its end.
     *
     * @throws TransferBroken where what is here cannot be continued
     */
    void run() throws IOException {
        try {
            while (!spans.isComplete()) {
                job.stop().check();
                staff();
                Ended ended = endings.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (ended != null) {
                    settle(ended);
                }
                follow();
                tick();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            dismiss();
        }
        job.meter().reached(spans.written());
        job.meter().flush();
    }

    /** Starts the connections that are wanted and not there. */
    private void staff() throws InterruptedException {
        if (lanes.isEmpty()) {
            while (!tools.limits().awaitConnection()) {
                job.standing().note(Optional.of("waits for a free connection: other downloads have them all"));
                job.stop().check();
            }
            job.standing().note(Optional.empty());
            hire();
        }
        if (lanes.size() == 1 && pace.lanes() > 1) {
            spans.cut(blockBytes());
        }
        while (lanes.size() < pace.lanes() && tools.limits().tryConnection()) {
            hire();
        }
        job.standing().segments(lanes.size());
    }

    private void hire() {
        Lane lane = new Lane(this, remote, tools);
        lanes.add(lane);
        synchronized (spans) {
            working++;
        }
        lane.start();
    }

    private void settle(Ended ended) {
        lanes.remove(ended.lane);
        tools.limits().giveConnection();
        if (ended.failure.isEmpty()) {
            return;
        }
        job.stop().check();
        Throwable failure = ended.failure.get();
        if (failure instanceof TransferBroken broken && broken.isAboutRangesOnly()) {
            pace.single();
        } else if (failure instanceof NetworkException network) {
            withstand(network);
        } else if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (failure instanceof Error error) {
            throw error;
        } else {
            throw new IllegalStateException(failure);
        }
    }

    /** Others go on where one connection fails; where none is left, it is waited for. */
    private void withstand(NetworkException failure) {
        if (!lanes.isEmpty()) {
            pace.fewer(lanes.size(), System.nanoTime(), spans.written());
            return;
        }
        job.meter().reached(spans.written());
        job.meter().flush();
        job.patience().progressed(spans.written());
        job.patience().waitOut(failure, spans.written() > 0);
        if (spans.written() > 0 && !remote.canContinue()) {
            throw TransferBroken.afterWait("The server gives these bytes no name to continue them by.");
        }
        job.meter().waited(spans.written());
        pace.waited(System.nanoTime(), spans.written());
        lastBytesNanos = System.nanoTime();
    }

    private void follow() throws IOException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
        while (spans.frontier() - chain.hashed() > LAG_BYTES && System.nanoTime() - until < 0) {
            chain.follow(spans.frontier());
        }
    }

    private void tick() throws IOException {
        long now = System.nanoTime();
        long written = spans.written();
        job.meter().reached(written);
        if (remote.canContinue() && remote.size().isPresent() && toTheEnd) {
            pace.look(now, written, remote.size().getAsLong() - written, busyNanos.get());
        }
        sayStall(now, written);
        if (now - lastLookNanos > LOOK_AT_PART_NANOS) {
            lastLookNanos = now;
            if (!part.isInPlace()) {
                throw new NoSuchFileException(part.path().toString(), null, "the part vanished while it was written");
            }
        }
        watcher.tick();
    }

    private void sayStall(long now, long written) {
        Duration notice = tools.settings().stallNotice();
        if (written != lastBytes) {
            lastBytes = written;
            lastBytesNanos = now;
            job.voice().resumed();
        } else if (now - lastBytesNanos > notice.toNanos()
                && job.voice().waitsFor().isEmpty()) {
            job.voice()
                    .paused("nothing has arrived for " + notice.toSeconds()
                            + " s; if it stays so, the connection is given up and made anew");
        }
    }

    /** Ends all connections and waits until none of them writes any more. */
    private void dismiss() {
        lanes.forEach(Lane::stop);
        boolean interrupted = Thread.interrupted();
        while (!lanes.isEmpty()) {
            try {
                lanes.remove(endings.take().lane);
                tools.limits().giveConnection();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next stretch for a connection; empty where it is not needed any more. Waits where there may be one soon. */
    Optional<Spans.Span> next(Lane lane) throws InterruptedException {
        while (true) {
            lane.cancellation().check();
            if (isDone()) {
                return Optional.empty();
            }
            Optional<Spans.Span> span = spans.take(blockBytes(), window());
            if (span.isEmpty() && pace.lanes() > 1 && spans.unassigned() == 0) {
                span = spans.share();
            }
            if (span.isPresent()) {
                return span;
            }
            Thread.sleep(TICK_MILLIS / 5);
        }
    }

    /** Whether one connection more than needed asks; it is then counted no more. */
    private boolean isDone() {
        synchronized (spans) {
            if (spans.isComplete() || working > pace.lanes()) {
                working--;
                return true;
            }
            return false;
        }
    }

    /** How much one request asks for: everything where there is one connection, else what it brings in about a second. */
    private long blockBytes() {
        int count = pace.lanes();
        if (count == 1) {
            return Long.MAX_VALUE;
        }
        double second = pace.perLane(System.nanoTime(), spans.written()).orElse(Spans.LEAST_BYTES);
        double share = (double) spans.unassigned() / (2 * count);
        return (long) Math.max(Spans.LEAST_BYTES, Math.min(PieceHashes.PIECE_BYTES, Math.min(second, share)));
    }

    /** One piece for each connection, less what the digest lags behind: more than that is never unproven. */
    private long window() {
        return (long) pace.lanes() * PieceHashes.PIECE_BYTES - (spans.frontier() - chain.hashed());
    }

    /** Whether no other connection works on the file. */
    boolean isAlone() {
        synchronized (spans) {
            return working == 1 && pace.lanes() == 1;
        }
    }

    void release(Spans.Span span) {
        spans.release(span);
    }

    /** The server's answer to a request is complete. */
    void bodyEnded(Spans.Span span) {
        OptionalLong size = remote.size();
        if (size.isEmpty()) {
            spans.endAt(span.position());
        } else if (span.wanted() > 0) {
            throw new TransferBroken(
                    "The server ended after " + span.position() + " of " + size.getAsLong() + " bytes.");
        }
    }

    void ended(Lane lane, Optional<Throwable> failure) {
        if (failure.isPresent()) {
            synchronized (spans) {
                working--;
            }
        }
        endings.add(new Ended(lane, failure));
    }

    @Override
    public void sizeKnown(long bytes) throws IOException {
        spans.endAt(bytes);
        watcher.sizeKnown(bytes);
    }

    @Override
    public void write(Spans.Span span, List<ByteBuffer> bytes) throws IOException {
        long position = span.position();
        long count = 0;
        List<ByteBuffer> copies = new ArrayList<>(bytes.size());
        for (ByteBuffer some : bytes) {
            count += some.remaining();
            copies.add(some.duplicate());
        }
        tools.limits().pass(count, job.stop());
        long start = System.nanoTime();
        part.write(position, bytes);
        span.advance(count);
        chain.offer(position, copies, spans.frontier());
        busyNanos.addAndGet(System.nanoTime() - start);
    }
}
