package ai.bearllm.validation;

import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** One job that reads files, and the events that tell of it. */
final class Reading {
    /** A rate over less time is noise. */
    private static final long RATE_AFTER_NANOS = 200_000_000;
    /** Bytes between two events. */
    private static final long STEP = 1 << 20;

    private final Path file;
    private final String job;
    private final ProgressListener listener;
    private final Cancellation cancellation;
    private final long started = System.nanoTime();
    private long told;

    Reading(Path file, String job, ProgressListener listener, Cancellation cancellation) {
        this.file = file;
        this.job = job;
        this.listener = listener;
        this.cancellation = cancellation;
    }

    void start(long total) {
        listener.on(new Progress.Started(job, OptionalLong.of(total), Progress.Unit.BYTES));
    }

    /** Reads the whole file between start and end of the job. */
    Sha256 digest(FileStamp before, FilePass.Scan scan) {
        return FilePass.digest(file, before, scan, done -> advance(done, before.sizeBytes()), cancellation);
    }

    /** Does the whole job: starts, reads, ends. */
    Sha256 verified(FileStamp before, FilePass.Scan scan) {
        start(before.sizeBytes());
        try {
            Sha256 digest = digest(before, scan);
            end("SHA-256 " + digest.brief());
            return digest;
        } catch (RuntimeException e) {
            fail(e);
            throw e;
        }
    }

    /** Tells how far it is, now and then. */
    void advance(long done, long total) {
        if (done - told < STEP && done != total) {
            return;
        }
        told = done;
        long nanos = System.nanoTime() - started;
        OptionalDouble rate =
                nanos < RATE_AFTER_NANOS ? OptionalDouble.empty() : OptionalDouble.of(done / (nanos / 1e9));
        listener.on(new Progress.Advanced(
                job, done, OptionalLong.of(total), Progress.Unit.BYTES, Duration.ofNanos(nanos), rate));
    }

    void end(String result) {
        listener.on(new Progress.Verified(job, Duration.ofNanos(System.nanoTime() - started), result));
    }

    void fail(String why) {
        listener.on(new Progress.Failed(job, why));
    }

    void fail(RuntimeException e) {
        if (e instanceof CancellationException) {
            listener.on(new Progress.Cancelled(job));
        } else {
            fail(String.valueOf(e.getMessage()));
        }
    }
}
