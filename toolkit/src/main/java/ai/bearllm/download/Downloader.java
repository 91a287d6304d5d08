package ai.bearllm.download;

import ai.bearllm.hub.Http;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/**
 * Fetches files so that what is installed is always whole and verified.
 *
 * <p>A file arrives in a part of its own in the downloads folder, its SHA-256 computed on the way; when size and digest are
 * right and everything is on the disk, one atomic move puts it into its place. Failed and cancelled downloads leave nothing;
 * bytes that are not the declared ones go to the folder {@code quarantine}. Within one call a broken connection is continued
 * where it broke; a later call begins anew.
 *
 * <p>Safe for use by many threads; each call works on the caller's thread until it is done.
 */
public final class Downloader {
    private final Http http;
    private final Path folder;
    private final DownloadSettings settings;
    private final DiskSpace disk;

    Downloader(Http http, Path folder, DownloadSettings settings, DiskSpace disk) {
        this.http = http;
        this.folder = folder;
        this.settings = settings;
        this.disk = disk;
    }

    /**
     * One that keeps its parts in this folder.
     *
     * @param folder where parts and the quarantine are; made when needed
     */
    public static Downloader of(Http http, Path folder, DownloadSettings settings) {
        return new Downloader(http, folder, settings, DiskSpace.ofSystem());
    }

    /** As {@link #of(Http, Path, DownloadSettings)}, as patient as usual. */
    public static Downloader of(Http http, Path folder) {
        return of(http, folder, DownloadSettings.USUAL);
    }

    /**
     * Fetches a file, verifies it and puts it into its place.
     *
     * @param listener hears {@code started advanced* (paused resumed advanced*)* (verified | failed | cancelled)}
     * @throws BearException where there is no verified file; what was at the target is untouched
     * @throws CancellationException where it was cancelled or the thread interrupted; likewise
     */
    public DownloadResult fetch(DownloadRequest request, ProgressListener listener, Cancellation cancellation) {
        ProgressListener events = listener.guarded();
        String job = request.job();
        events.on(new Progress.Started(job, request.sizeBytes(), Progress.Unit.BYTES));
        Meter meter = new Meter(job, request.sizeBytes(), events, System::nanoTime);
        Patience patience = new Patience(settings, job, events, cancellation);
        try {
            cancellation.check();
            DownloadResult result = new Transfer(request, folder, http, disk, meter, patience, cancellation).run();
            events.on(new Progress.Verified(job, result.elapsed(), result.toString()));
            return result;
        } catch (CancellationException e) {
            events.on(new Progress.Cancelled(job));
            throw e;
        } catch (IOException | UncheckedIOException e) {
            throw ended(request, e, events);
        } catch (BearException e) {
            events.on(new Progress.Failed(job, e.problem()));
            throw e;
        } catch (RuntimeException | Error e) {
            events.on(new Progress.Failed(job, e.toString()));
            throw e;
        }
    }

    private RuntimeException ended(DownloadRequest request, Exception failure, ProgressListener events) {
        Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        if (cause instanceof ClosedByInterruptException) {
            events.on(new Progress.Cancelled(request.job()));
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(failure);
            return cancelled;
        }
        String doing = "writing " + request.target().getFileName() + " in " + folder;
        BearException trouble = DiskTrouble.of(cause == null ? failure : cause, doing);
        events.on(new Progress.Failed(request.job(), trouble.problem()));
        return trouble;
    }
}
