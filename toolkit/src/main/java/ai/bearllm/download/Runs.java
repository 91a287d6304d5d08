package ai.bearllm.download;

import java.io.IOException;
import java.nio.file.Files;

/** A download of one file, or of several as one job: whichever is in its place already is only made sure of. */
final class Runs {
    private final DownloadRequest request;
    private final Tools tools;
    private final Job job;
    private volatile boolean began;

    Runs(DownloadRequest request, Tools tools, Job job) {
        this.request = request;
        this.tools = tools;
        this.job = job;
    }

    /** Whether anything was written: from there on trouble with the disk is a pause. */
    boolean hasBegun() {
        return began;
    }

    DownloadResult go() throws IOException {
        long finished = 0;
        long later = missing();
        for (DownloadRequest other : request.before()) {
            job.stop().check();
            job.meter().next(finished);
            later -= missing(other);
            DownloadResult arrived = one(other, later);
            job.meter().found(arrived.sizeBytes());
            finished += arrived.sizeBytes();
        }
        if (!request.before().isEmpty()) {
            job.meter().next(finished);
        }
        return one(request, 0);
    }

    private DownloadResult one(DownloadRequest file, long later) throws IOException {
        Run run = new Run(file, tools, job, later);
        try {
            return run.go();
        } finally {
            began |= run.hasBegun();
        }
    }

    private long missing() {
        return missing(request)
                + request.before().stream().mapToLong(Runs::missing).sum();
    }

    private static long missing(DownloadRequest file) {
        return Files.exists(file.target()) ? 0 : file.sizeBytes().orElse(0);
    }
}
