package ai.bearllm.download;

import ai.bearllm.download.DownloadProgress.Phase;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/** Waits while somebody else fetches the same file, telling how far that is; takes over where it ends without a file. */
final class Watch implements AutoCloseable {
    private static final long LOOK_MILLIS = 100;

    private final Names names;
    private final Path target;
    private final Job job;
    private Optional<FileChannel> status = Optional.empty();
    private Optional<Status.Report> last = Optional.empty();

    Watch(Names names, Path target, Job job) {
        this.names = names;
        this.target = target;
        this.job = job;
    }

    /** The lock, as soon as nobody else has it. */
    TransferLock enter() throws IOException {
        while (true) {
            job.stop().check();
            Optional<TransferLock> lock = TransferLock.tryAcquire(names.lock());
            look();
            if (lock.isPresent()) {
                return lock.get();
            }
            tell();
            pause();
        }
    }

    /** The file that the one who was watched left verified; empty where there was none, or it is not there. */
    Optional<DownloadResult> result() throws IOException {
        Optional<Status.Ending> ending = last.flatMap(Status.Report::ending);
        if (ending.isEmpty()
                || !Files.isRegularFile(target)
                || Files.size(target) != ending.get().sizeBytes()) {
            return Optional.empty();
        }
        return Optional.of(ending.get().result(target, job.meter().elapsed()));
    }

    /** The file stays open, so that its last words are heard even when it is removed. */
    private void look() throws IOException {
        if (status.isEmpty() && Files.exists(names.status())) {
            try {
                status = Optional.of(FileChannel.open(names.status(), StandardOpenOption.READ));
            } catch (IOException e) {
                // Removed in this moment.
                return;
            }
        }
        if (status.isPresent()) {
            Optional<Status.Report> report = Status.read(status.get());
            last = report.isPresent() ? report : last;
            boolean over = report.isPresent() && report.get().ending().isEmpty() && !Files.exists(names.status());
            if (over) {
                close();
            }
        }
    }

    private void tell() {
        String who = last.map(report -> report.pid() == ProcessHandle.current().pid()
                        ? "another download of this process fetches it"
                        : "process " + report.pid() + " fetches it")
                .orElse("another process fetches it");
        job.standing().enter(Phase.WATCHING, Optional.of(who));
        last.ifPresent(report -> {
            job.standing().segments(report.segments());
            if (report.total() >= 0) {
                job.meter().total(OptionalLong.of(report.total()));
            }
            if (report.done() > 0) {
                job.meter().reached(report.done());
            }
        });
    }

    private void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(LOOK_MILLIS * 1_000_000);
    }

    @Override
    public void close() throws IOException {
        if (status.isPresent()) {
            status.get().close();
            status = Optional.empty();
        }
    }
}
