package ai.bearllm.download;

import ai.bearllm.hub.NetworkException;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Decides whether a failure is waited out, says so, and waits. */
final class Patience {
    private static final long WORTH_A_FRESH_START_BYTES = 1L << 20;

    private final DownloadSettings settings;
    private final Voice voice;
    private final Cancellation cancellation;
    private int failures;
    private long lengthAtReset;

    Patience(DownloadSettings settings, Voice voice, Cancellation cancellation) {
        this.settings = settings;
        this.voice = voice;
        this.cancellation = cancellation;
    }

    /** The question was answered: what follows has its own failures. */
    void answered() {
        failures = 0;
    }

    /** After real progress the count of failures in a row starts again; a trickle does not count as progress. */
    void progressed(long length) {
        if (length >= lengthAtReset + WORTH_A_FRESH_START_BYTES) {
            lengthAtReset = length;
            failures = 0;
        }
    }

    /** Waits before the next try, or throws the failure where there is none. */
    void waitOut(NetworkException failure, boolean anythingArrived) {
        boolean hopeless = failure.reason() == NetworkException.Reason.UNKNOWN_HOST && !anythingArrived;
        if (!failure.isTransient() || hopeless || failures >= settings.retries()) {
            throw failure;
        }
        Duration wait = failure.retryAfter().orElseGet(this::backOff);
        if (wait.compareTo(settings.longestWait()) > 0) {
            throw failure;
        }
        failures++;
        waitFor(wait, failure.problem());
    }

    /** The next try begins from nothing, because what came cannot be continued. */
    void startOver(TransferBroken failure) {
        if (failures >= settings.retries()) {
            throw failure;
        }
        failures++;
        waitFor(backOff(), failure.problem());
    }

    private Duration backOff() {
        double doubled = settings.firstWait().toMillis() * Math.pow(2, failures);
        double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1);
        return Duration.ofMillis((long) Math.min((double) settings.longestWait().toMillis(), doubled * jitter));
    }

    private void waitFor(Duration wait, String why) {
        voice.paused("retry " + failures + " of " + settings.retries() + " in " + words(wait) + ": " + why);
        CountDownLatch stop = new CountDownLatch(1);
        Cancellation.Registration registration = cancellation.onCancel(stop::countDown);
        try {
            // True only where it was cancelled meanwhile, which the check below turns into the end.
            boolean cancelled = stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            if (cancelled) {
                cancellation.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            registration.close();
        }
        voice.resumed();
    }

    private static String words(Duration wait) {
        return wait.toMillis() < 1000 ? wait.toMillis() + " ms" : (wait.toMillis() + 500) / 1000 + " s";
    }
}
