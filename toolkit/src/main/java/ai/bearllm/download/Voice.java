package ai.bearllm.download;

import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Tells everyone who listens to a job, in the order of {@link Progress}'s grammar whatever happens to the job. */
final class Voice {
    private final String job;
    private final List<ProgressListener> listeners = new ArrayList<>();
    private final Progress.Started started;
    private Optional<Progress.Advanced> advanced = Optional.empty();
    private Optional<Progress.Paused> paused = Optional.empty();
    private Optional<Progress> last = Optional.empty();

    Voice(String job, OptionalLong total) {
        this.job = job;
        this.started = new Progress.Started(job, total, Progress.Unit.BYTES);
    }

    /** One more listens: it hears where the job stands, and everything from here on. */
    synchronized void add(ProgressListener listener) {
        ProgressListener guarded = listener.guarded();
        guarded.on(started);
        advanced.ifPresent(guarded::on);
        paused.ifPresent(guarded::on);
        last.ifPresent(guarded::on);
        listeners.add(guarded);
    }

    synchronized void advanced(long done, OptionalLong total, Duration elapsed, OptionalDouble perSecond) {
        if (last.isPresent()) {
            return;
        }
        resumed();
        Progress.Advanced event = new Progress.Advanced(job, done, total, Progress.Unit.BYTES, elapsed, perSecond);
        advanced = Optional.of(event);
        say(event);
    }

    /** The job waits; a second reason replaces the first. */
    synchronized void paused(String why) {
        if (last.isPresent()) {
            return;
        }
        resumed();
        Progress.Paused event = new Progress.Paused(job, why);
        paused = Optional.of(event);
        say(event);
    }

    /** The job goes on; nothing where it did not wait. */
    synchronized void resumed() {
        if (paused.isPresent() && last.isEmpty()) {
            paused = Optional.empty();
            say(new Progress.Resumed(job));
        }
    }

    /** Why the job waits; empty where it does not. */
    synchronized Optional<String> waitsFor() {
        return paused.map(Progress.Paused::why);
    }

    synchronized void verified(Duration elapsed, String result) {
        resumed();
        end(new Progress.Verified(job, elapsed, result));
    }

    synchronized void failed(String why) {
        resumed();
        end(new Progress.Failed(job, why));
    }

    synchronized void cancelled() {
        end(new Progress.Cancelled(job));
    }

    /** A job that had failed is tried again: for its listeners it is a new one. */
    synchronized void again() {
        if (last.isPresent()) {
            last = Optional.empty();
            advanced = Optional.empty();
            paused = Optional.empty();
            say(started);
        }
    }

    private void end(Progress event) {
        if (last.isEmpty()) {
            last = Optional.of(event);
            say(event);
        }
    }

    private void say(Progress event) {
        listeners.forEach(listener -> listener.on(event));
    }
}
