package ai.bearllm.download;

import ai.bearllm.download.DownloadProgress.Phase;
import java.util.Optional;

/** What a download does at this moment, for those who look. */
final class Standing {
    private Phase phase = Phase.ASKING;
    private int segments;
    private Optional<String> note = Optional.empty();

    synchronized void enter(Phase next) {
        enter(next, Optional.empty());
    }

    synchronized void enter(Phase next, Optional<String> why) {
        phase = next;
        segments = 0;
        note = why;
    }

    synchronized void segments(int count) {
        segments = count;
    }

    synchronized void note(Optional<String> why) {
        note = why;
    }

    synchronized Phase phase() {
        return phase;
    }

    synchronized int segments() {
        return segments;
    }

    synchronized Optional<String> note() {
        return note;
    }
}
