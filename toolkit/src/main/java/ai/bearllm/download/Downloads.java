package ai.bearllm.download;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.LiveView;
import ai.bearllm.progress.ShownView;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** The downloads of this session, those that run, rest or are over; read anew whenever it is shown. */
public final class Downloads implements Shown {
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Downloader downloader;
    private final Supplier<? extends ShownView> views;

    Downloads(Downloader downloader, Supplier<? extends ShownView> views) {
        this.downloader = downloader;
        this.views = views;
    }

    /** The handles, the oldest first; of those that are over only the last twenty. */
    public List<Download> list() {
        return downloader.downloads();
    }

    /** Those that run at this moment. */
    public List<Download> running() {
        return list().stream()
                .filter(download -> download.progress().phase().isRunning())
                .toList();
    }

    /**
     * Waits for all that run, one after another: what the last cell of a notebook does that is executed without anybody
     * looking on. Stopping it pauses the one that is waited for.
     *
     * @throws ai.bearllm.model.BearException where one of them fails
     * @throws CancellationException where one of them is cancelled, or the thread interrupted
     */
    public Downloads await() {
        running().forEach(Download::await);
        return this;
    }

    /**
     * Shows them live until none runs any more; where nobody looks on, once when none runs. Stopping the cell ends the view, and the
     * downloads go on.
     *
     * @throws CancellationException where the thread was interrupted
     */
    public void watch() {
        LiveView.of(views.get(), () -> this, INTERVAL, () -> running().isEmpty())
                .waiting()
                .watch();
    }

    /** Lets all that run rest; what has arrived is kept. */
    public Downloads pause() {
        running().forEach(Download::pause);
        return this;
    }

    /** Lets all go on that rest or failed. */
    public Downloads resume() {
        list().forEach(Download::resume);
        return this;
    }

    /**
     * Holds all downloads of this session together to so many bytes a second, from now on.
     *
     * @param perSecond for example {@code "20 MB"}
     * @throws IllegalArgumentException where it is no size, or none at all
     */
    public Downloads limit(String perSecond) {
        long bytes = ByteSize.parse(perSecond).bytes();
        if (bytes < 1) {
            throw new IllegalArgumentException("a limit is at least one byte a second but was " + perSecond);
        }
        downloader.limit(OptionalLong.of(bytes));
        return this;
    }

    /** Lifts the limit. */
    public Downloads unlimited() {
        downloader.limit(OptionalLong.empty());
        return this;
    }

    @Override
    public Sheet sheet() {
        List<Download> all = list();
        Sheet.Builder sheet = Sheet.of("Downloads of this session")
                .columns("download", "state", "here", "of", "percent", "MB/s", "remaining", "connections", "note");
        for (Download download : all) {
            DownloadProgress progress = download.progress();
            boolean running = progress.phase().isRunning();
            sheet.row(
                    download.request().job(),
                    progress.phase().words(),
                    new ByteSize(progress.bytes()),
                    progress.total().isPresent() ? new ByteSize(progress.total().getAsLong()) : null,
                    progress.percent().isPresent() ? progress.percent().getAsDouble() : null,
                    running && progress.megabytesPerSecond().isPresent()
                            ? progress.megabytesPerSecond().getAsDouble()
                            : null,
                    running ? progress.remaining().orElse(null) : null,
                    running ? progress.segments() : null,
                    progress.note().orElse(null));
        }
        sheet.note(
                all.isEmpty()
                        ? "bear.model(\"...\").startDownload() begins one."
                        : "bear.downloads().list() gives the handles: pause(), resume(), cancel(), await().");
        downloader.limit().ifPresent(bytes -> sheet.note("Held to " + new ByteSize(bytes) + " a second."));
        return sheet.build();
    }

    @Override
    public String toString() {
        int all = list().size();
        return all + (all == 1 ? " download, " : " downloads, ") + running().size() + " running (.show() for all)";
    }
}
