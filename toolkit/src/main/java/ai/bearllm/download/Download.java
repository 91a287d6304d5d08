package ai.bearllm.download;

import ai.bearllm.download.DownloadProgress.Phase;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * A download that runs on threads of the toolkit: look at it, pause it, wait for it.
 *
 * <p>It rests ({@link Phase#PAUSED}) where someone asked for it, where the cell that waited for it was stopped, and where the disk
 * makes trouble on the way; what has arrived is kept, for {@link #resume()} and for every later session. Where the network
 * fails for too long it ends ({@link Phase#FAILED}), and what has arrived is kept too.
 *
 * <p>Safe for use by many threads.
 */
public final class Download implements Shown {
    private static final long SETTLE_MILLIS = 5_000;
    private static final String RESTS = "paused; what has arrived is kept: download again, or resume(), to go on";

    private final DownloadRequest request;
    private final Tools tools;
    private final Voice voice;
    private final Meter meter;
    private final Standing standing = new Standing();
    private Wish wish = Wish.RUN;
    private Optional<Thread> runner = Optional.empty();
    private int waiting;
    private Cancellation stop = Cancellation.create();
    private Optional<DownloadResult> result = Optional.empty();
    private Optional<RuntimeException> trouble = Optional.empty();

    /** What somebody wants of it. */
    private enum Wish {
        RUN,
        PAUSE,
        /** Ended, and what has arrived is kept. */
        END,
        /** Ended, and what has arrived goes. */
        CANCEL
    }

    Download(DownloadRequest request, Tools tools) {
        this.request = request;
        this.tools = tools;
        this.voice = new Voice(request.job(), request.totalBytes());
        this.meter = new Meter(voice, request.totalBytes(), System::nanoTime);
    }

    /** What was asked for. */
    public DownloadRequest request() {
        return request;
    }

    /** How far it is at this moment. */
    public DownloadProgress progress() {
        Optional<String> note = standing.note().or(voice::waitsFor);
        return new DownloadProgress(
                request.job(),
                standing.phase(),
                meter.done(),
                meter.total(),
                meter.perSecond(),
                meter.elapsed(),
                standing.segments(),
                note);
    }

    /** The verified file; empty until it is in its place. */
    public synchronized Optional<DownloadResult> result() {
        return result;
    }

    /**
     * Tells this listener what happens, beginning with where the download stands.
     *
     * @return this
     */
    public Download listen(ProgressListener listener) {
        voice.add(listener);
        return this;
    }

    synchronized void begin() {
        if (runner.isPresent()) {
            return;
        }
        wish = Wish.RUN;
        trouble = Optional.empty();
        // At once, so that nobody who looks takes it for resting before its thread is there.
        standing.enter(Phase.ASKING);
        stop = Cancellation.create();
        Job job = new Job(voice, meter, standing, new Patience(tools.settings(), voice, stop), stop);
        Thread thread = new Thread(() -> run(new Runs(request, tools, job)), "bear-download");
        runner = Optional.of(thread);
        thread.setDaemon(true);
        thread.setContextClassLoader(Download.class.getClassLoader());
        thread.start();
    }

    /**
     * Rests, and keeps what has arrived; other processes may then take over. Nothing where it does not run. Returns when no byte is
     * written any more.
     *
     * @return this
     */
    public Download pause() {
        end(Wish.PAUSE);
        settle();
        return this;
    }

    /**
     * Goes on where it rested or failed; nothing where it runs or is over.
     *
     * @return this
     */
    public Download resume() {
        if (rests()) {
            voice.again();
            voice.resumed();
            begin();
        }
        return this;
    }

    private synchronized boolean rests() {
        Phase phase = standing.phase();
        return runner.isEmpty() && (phase == Phase.PAUSED || phase == Phase.FAILED);
    }

    /**
     * Ends it, and removes what has arrived. Nothing where the file is verified already.
     *
     * @return this
     */
    public Download cancel() {
        end(Wish.CANCEL);
        settle();
        return this;
    }

    private void end(Wish what) {
        synchronized (this) {
            if (runner.isPresent()) {
                wish = what;
                stop.cancel();
                return;
            }
            if (what == Wish.PAUSE || standing.phase().isOver()) {
                return;
            }
        }
        cancelled(what).run();
        wake();
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Waits a moment for the run to end; it ends by itself all the same. A listener may ask on the run's own thread. */
    private synchronized void settle() {
        if (runner.equals(Optional.of(Thread.currentThread()))) {
            return;
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
        boolean interrupted = false;
        while (runner.isPresent() && System.nanoTime() - until < 0) {
            try {
                wait(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for the verified file. Stopping the waiting thread, by interrupting it or by throwing into it as JShell and the
     * kernels do, pauses the download, unless others wait for it too.
     *
     * @throws BearException where there is no verified file: it failed, or rests because of the disk
     * @throws CancellationException where it was cancelled, or the thread interrupted (its interrupt flag is then set)
     */
    public DownloadResult await() {
        return awaitUnless(Cancellation.create());
    }

    /** As {@link #await()}, ending it where this is cancelled; what has arrived is kept. */
    DownloadResult await(Cancellation cancellation) {
        Cancellation.Registration registration = cancellation.onCancel(() -> {
            leave(Wish.END);
            wake();
        });
        try {
            return awaitUnless(cancellation);
        } finally {
            registration.close();
        }
    }

    private DownloadResult awaitUnless(Cancellation cancellation) {
        boolean settled = false;
        enterWait();
        try {
            DownloadResult awaited = outcome(cancellation);
            settled = true;
            return awaited;
        } catch (InterruptedException e) {
            CancellationException cancelled = new CancellationException(
                    request.job() + " was interrupted; what has arrived is kept: download again to go on");
            cancelled.initCause(e);
            leave(Wish.PAUSE);
            settle();
            settled = true;
            Thread.currentThread().interrupt();
            throw cancelled;
        } catch (RuntimeException e) {
            settled = true;
            throw e;
        } finally {
            // Reached without an outcome only when something was thrown into this thread from outside.
            if (!settled) {
                leave(Wish.PAUSE);
            }
            leaveWait();
        }
    }

    private synchronized void enterWait() {
        waiting++;
    }

    private synchronized void leaveWait() {
        waiting--;
    }

    /** The one who waits goes away; the download ends with the last of them. */
    private void leave(Wish what) {
        if (isLastToWait()) {
            end(what);
        }
    }

    private synchronized boolean isLastToWait() {
        return waiting <= 1;
    }

    private synchronized DownloadResult outcome(Cancellation cancellation) throws InterruptedException {
        while (true) {
            if (waiting > 1) {
                // Others wait too, so the download goes on without this one.
                cancellation.check();
            }
            if (runner.isEmpty()) {
                if (result.isPresent()) {
                    return result.get();
                }
                if (trouble.isPresent()) {
                    throw trouble.get();
                }
                if (standing.phase() == Phase.CANCELLED) {
                    throw new CancellationException(request.job() + " was cancelled");
                }
            }
            wait();
        }
    }

    private void run(Runs run) {
        try {
            DownloadResult done = run.go();
            meter.total(java.util.OptionalLong.of(done.sizeBytes()));
            meter.found(done.sizeBytes());
            over(verified(done));
        } catch (CancellationException e) {
            over(stopped());
        } catch (IOException | UncheckedIOException e) {
            Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
            over(disk(cause == null ? e : cause, run.hasBegun()));
        } catch (BearException e) {
            over(failed(e, e.problem()));
        } catch (RuntimeException e) {
            over(failed(e, e.toString()));
        } catch (Error e) {
            over(failed(new IllegalStateException(e), e.toString()));
            throw e;
        }
    }

    /** Says the last word first, outside the lock because listeners may ask back, and wakes who waits then. */
    private void over(Runnable lastWord) {
        meter.flush();
        try {
            lastWord.run();
        } finally {
            synchronized (this) {
                runner = Optional.empty();
                notifyAll();
            }
        }
    }

    private synchronized Runnable verified(DownloadResult done) {
        result = Optional.of(done);
        standing.enter(Phase.VERIFIED);
        return () -> voice.verified(done.elapsed(), done.toString());
    }

    private synchronized Runnable stopped() {
        return wish == Wish.END || wish == Wish.CANCEL ? cancelled(wish) : rest(RESTS);
    }

    private synchronized Runnable disk(Throwable cause, boolean hasBegun) {
        if (cause instanceof ClosedByInterruptException) {
            return rest(RESTS);
        }
        BearException failure =
                DiskTrouble.of(cause, "writing " + request.target().getFileName() + " in " + tools.folder());
        if (!hasBegun) {
            return failed(failure, failure.problem());
        }
        trouble = Optional.of(failure);
        return rest(failure.problem());
    }

    private Runnable rest(String why) {
        standing.enter(Phase.PAUSED, Optional.of(why));
        return () -> voice.paused(why);
    }

    private synchronized Runnable failed(RuntimeException failure, String why) {
        trouble = Optional.of(failure);
        standing.enter(Phase.FAILED, Optional.of(why));
        return () -> voice.failed(why);
    }

    private Runnable cancelled(Wish how) {
        if (how == Wish.CANCEL) {
            discard();
        }
        standing.enter(Phase.CANCELLED);
        return voice::cancelled;
    }

    private void discard() {
        request.before().forEach(other -> discard(other.target()));
        discard(request.target());
    }

    private void discard(Path target) {
        Names names = Names.of(tools.folder(), target);
        try {
            Optional<TransferLock> lock = TransferLock.tryAcquire(names.lock());
            if (lock.isPresent()) {
                try {
                    names.discard();
                } finally {
                    lock.get().close();
                }
            }
        } catch (IOException e) {
            System.getLogger(Download.class.getName()).log(System.Logger.Level.DEBUG, "kept: " + names.part(), e);
        }
    }

    @Override
    public Sheet sheet() {
        return progress().sheet();
    }

    /** What it is and how far. */
    @Override
    public String toString() {
        return Shown.line(request.job() + ": " + progress());
    }
}
