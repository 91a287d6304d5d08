package ai.bearllm.download;

import ai.bearllm.hub.Http;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.ShownView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Fetches files so that what is installed is always whole and verified.
 *
 * <p>A file arrives in a part of its own in the downloads folder, its SHA-256 computed on the way; when size and digest are
 * right and everything is on the disk, one atomic move puts it into its place. What has arrived survives everything: a journal
 * beside the part says what is proven, and the next call, in this process or any other, goes on from there. Bytes that are not
 * the declared ones go to the folder {@code quarantine}. Whoever asks for a file that is being fetched already, in this process
 * or in another, watches that transfer, and takes over where it dies.
 *
 * <p>Safe for use by many threads; the work is done on threads of the toolkit.
 */
public final class Downloader {
    private static final int REMEMBERED = 20;

    private final Tools tools;
    private final Map<Path, Download> downloads = new LinkedHashMap<>();

    Downloader(Http http, Path folder, DownloadSettings settings, DiskSpace disk) {
        this.tools = new Tools(http, folder.toAbsolutePath().normalize(), settings, disk, new Limits(settings));
    }

    /**
     * One that keeps its parts in this folder.
     *
     * @param folder where parts and the quarantine are; made when needed
     */
    public static Downloader of(Http http, Path folder, DownloadSettings settings) {
        return new Downloader(http, folder, settings, DiskSpace.ofSystem());
    }

    /** As {@link #of(Http, Path, DownloadSettings)}, with the usual settings. */
    public static Downloader of(Http http, Path folder) {
        return of(http, folder, DownloadSettings.USUAL);
    }

    /**
     * Begins to fetch a file, and returns at once. Where the same file is being fetched already, or rests, it is that download that
     * is returned, and goes on.
     *
     * @param listener hears {@code started advanced* (paused resumed advanced*)* (verified | failed | cancelled)}; a download
     *     that rests ends with {@code paused} until it goes on
     * @throws BearException where something else is being fetched to the same place
     */
    public Download start(DownloadRequest request, ProgressListener listener) {
        Download download;
        boolean fresh;
        synchronized (downloads) {
            Optional<Download> known = known(request);
            fresh = known.isEmpty();
            download = known.orElseGet(() -> new Download(request, tools));
            if (fresh) {
                downloads.remove(request.target());
                downloads.put(request.target(), download);
                forgetOld();
            }
        }
        // Not under the lock: a listener may ask for the downloads.
        download.listen(listener);
        if (fresh) {
            download.begin();
        }
        return download.resume();
    }

    private Optional<Download> known(DownloadRequest request) {
        Optional<Download> known = Optional.ofNullable(downloads.get(request.target()))
                .filter(download -> !download.progress().phase().isOver());
        if (known.isEmpty() || known.get().request().isSameAs(request)) {
            return known;
        }
        if (known.get().progress().phase().isRunning()) {
            throw new BearException(
                    "Another file is being downloaded to " + request.target() + ": "
                            + known.get().request().source().words() + ".",
                    "Wait for it, or cancel it, then download again.");
        }
        return Optional.empty();
    }

    private void forgetOld() {
        List<Path> over = downloads.entrySet().stream()
                .filter(entry -> entry.getValue().progress().phase().isOver())
                .map(Map.Entry::getKey)
                .toList();
        over.subList(0, Math.max(0, over.size() - REMEMBERED)).forEach(downloads::remove);
    }

    /**
     * As {@link #downloads()}, to be looked at and handled together.
     *
     * @param views where they are shown live
     */
    public Downloads all(Supplier<? extends ShownView> views) {
        return new Downloads(this, views);
    }

    OptionalLong limit() {
        return tools.limits().bytesPerSecond();
    }

    void limit(OptionalLong bytesPerSecond) {
        tools.limits().bytesPerSecond(bytesPerSecond);
    }

    /** The downloads of this process that run or rest, and the last of those that are over, the oldest first. */
    public List<Download> downloads() {
        synchronized (downloads) {
            return new ArrayList<>(downloads.values());
        }
    }

    /**
     * Fetches a file, verifies it and puts it into its place; waits for it.
     *
     * @param listener as {@link #start(DownloadRequest, ProgressListener)}
     * @throws BearException where there is no verified file; what was at the target is untouched
     * @throws CancellationException where it was cancelled, or the thread interrupted; what has arrived is kept and continued
     *     by the next call
     */
    public DownloadResult fetch(DownloadRequest request, ProgressListener listener, Cancellation cancellation) {
        return start(request, listener).await(cancellation);
    }

    /**
     * Says what a download would do, without doing it: asks the source, looks at the disk and at what is here already.
     *
     * @throws BearException where the source does not answer, or has another file than declared
     */
    public DownloadPlan dryRun(DownloadRequest request, Cancellation cancellation) {
        try {
            return DownloadPlan.of(request, tools, cancellation);
        } catch (IOException e) {
            throw DiskTrouble.of(e, "looking at " + tools.folder());
        }
    }

    /**
     * Finds the damaged pieces of a file and fetches those alone.
     *
     * @param request where the good bytes are; its target is the damaged file
     * @param pieces what each piece of the file must be, recorded when it was verified
     * @param listener hears how far it is
     * @throws BearException where the source has other bytes, or does not answer: what was good is untouched
     */
    public Repair repair(
            DownloadRequest request, PieceHashes pieces, ProgressListener listener, Cancellation cancellation) {
        return new Mending(request, pieces, tools, cancellation).go(listener);
    }
}
