package ai.bearllm.download;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How far a download is at one moment.
 *
 * @param job what is done, in words for people
 * @param phase what happens
 * @param bytes how many bytes of the file are here; never less than before
 * @param total the file's size; empty where nobody has said
 * @param bytesPerSecond smoothed over some seconds; empty until it is known
 * @param elapsed since the start, waits and pauses included
 * @param segments how many connections bring bytes
 * @param note why it waits, or why it ended without a file; empty where there is nothing to say
 */
public record DownloadProgress(
        String job,
        Phase phase,
        long bytes,
        OptionalLong total,
        OptionalDouble bytesPerSecond,
        Duration elapsed,
        int segments,
        Optional<String> note)
        implements Shown {

    /** What a download does. */
    public enum Phase {
        /** It asks the source what the file is. */
        ASKING("asking"),
        /** It checks what an earlier call left. */
        CHECKING("checking what is here"),
        /** Bytes arrive. */
        FETCHING("downloading"),
        /** Another process fetches the same file. */
        WATCHING("watching"),
        /** It rests, and keeps what it has. */
        PAUSED("paused"),
        /** The file is in its place. */
        VERIFIED("downloaded"),
        /** It ended without a file; what is proven is kept. */
        FAILED("failed"),
        /** It was ended. */
        CANCELLED("cancelled");

        private final String words;

        Phase(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }

        /** Whether it works, or waits to go on by itself. */
        public boolean isRunning() {
            return compareTo(PAUSED) < 0;
        }

        /** Whether it goes on again only as a new download. */
        public boolean isOver() {
            return compareTo(PAUSED) > 0;
        }
    }

    /** From 0 to 100; empty where the total is unknown. */
    public OptionalDouble percent() {
        if (total.isEmpty()) {
            return OptionalDouble.empty();
        }
        long all = total.getAsLong();
        return OptionalDouble.of(all == 0 ? 100 : Math.min(100, 100.0 * bytes / all));
    }

    /** In units of 1,000,000 bytes; empty until it is known. */
    public OptionalDouble megabytesPerSecond() {
        return bytesPerSecond.isPresent()
                ? OptionalDouble.of(bytesPerSecond.getAsDouble() / 1e6)
                : OptionalDouble.empty();
    }

    /** Time left at the present rate; empty where it cannot be told. */
    public Optional<Duration> remaining() {
        if (total.isEmpty() || bytesPerSecond.isEmpty() || bytesPerSecond.getAsDouble() <= 0) {
            return Optional.empty();
        }
        double seconds = Math.max(0, total.getAsLong() - bytes) / bytesPerSecond.getAsDouble();
        return Optional.of(Duration.ofMillis((long) (seconds * 1000)));
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(job + ": " + phase.words()).columns("", "value");
        sheet.row("bytes", new ByteSize(bytes));
        sheet.row("total", total.isPresent() ? new ByteSize(total.getAsLong()) : null);
        sheet.row("percent", percent().isPresent() ? percent().getAsDouble() : null);
        sheet.row(
                "MB/s", megabytesPerSecond().isPresent() ? megabytesPerSecond().getAsDouble() : null);
        sheet.row("remaining", remaining().orElse(null));
        sheet.row("elapsed", elapsed);
        sheet.row("connections", segments);
        note.ifPresent(sheet::note);
        return sheet.build();
    }

    /** One line, for example {@code downloading, 45 %, 1.20 of 2.67 GB, 51.3 MB/s}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(phase.words());
        if (percent().isPresent()) {
            line.append(
                    String.format(Locale.ROOT, ", %.0f %%", Math.floor(percent().getAsDouble())));
        }
        line.append(", ").append(new ByteSize(bytes));
        total.ifPresent(all -> line.append(" of ").append(new ByteSize(all)));
        if (phase == Phase.FETCHING && megabytesPerSecond().isPresent()) {
            line.append(String.format(
                    Locale.ROOT, ", %.1f MB/s", megabytesPerSecond().getAsDouble()));
        }
        note.ifPresent(why -> line.append(", ").append(why));
        return Shown.line(line.toString());
    }
}
