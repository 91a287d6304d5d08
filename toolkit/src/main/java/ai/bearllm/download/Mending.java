package ai.bearllm.download;

import ai.bearllm.download.DownloadProgress.Phase;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/**
 * Goes through a file from its front, and replaces each piece that is not what it was by one that is. A piece is fetched beside the
 * file and goes into it only when its digest is right, so at every moment the file is no worse than before.
 */
final class Mending {
    private static final int COPY_BYTES = 1 << 20;

    /** Pieces need no room that was not asked for, and nobody watches. */
    private static final Fetch.Watcher NOBODY = new Fetch.Watcher() {
        @Override
        public void sizeKnown(long bytes) {
            // Known before.
        }

        @Override
        public void tick() {
            // Nobody reads it.
        }
    };

    private final DownloadRequest request;
    private final PieceHashes pieces;
    private final Tools tools;
    private final Cancellation cancellation;
    private final Names names;
    private final Path scratch;
    private final List<Integer> damaged = new ArrayList<>();
    private long fetched;
    private Optional<Path> evidence = Optional.empty();

    Mending(DownloadRequest request, PieceHashes pieces, Tools tools, Cancellation cancellation) {
        this.request = request;
        this.pieces = pieces;
        this.tools = tools;
        this.cancellation = cancellation;
        this.names = Names.of(tools.folder(), request.target());
        this.scratch = names.part().resolveSibling(names.part().getFileName() + ".piece");
    }

    Repair go(ProgressListener listener) {
        Voice voice = new Voice(request.job(), request.sizeBytes());
        voice.add(listener);
        Meter meter = new Meter(voice, request.sizeBytes(), System::nanoTime);
        Standing standing = new Standing();
        standing.enter(Phase.CHECKING);
        Job job = new Job(voice, meter, standing, new Patience(tools.settings(), voice, cancellation), cancellation);
        try {
            Repair repair = locked(job);
            meter.flush();
            voice.verified(meter.elapsed(), repair.toString());
            return repair;
        } catch (CancellationException e) {
            voice.cancelled();
            throw e;
        } catch (IOException | UncheckedIOException e) {
            Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
            BearException failure = DiskTrouble.of(cause == null ? e : cause, "mending " + request.target());
            voice.failed(failure.problem());
            throw failure;
        } catch (RuntimeException e) {
            voice.failed(e instanceof BearException known ? known.problem() : e.toString());
            throw e;
        }
    }

    private Repair locked(Job job) throws IOException {
        if (!Files.isRegularFile(request.target())) {
            throw new BearException("There is no file " + request.target() + " to mend.", "Download it instead.");
        }
        Files.createDirectories(tools.folder());
        TransferLock lock = TransferLock.tryAcquire(names.lock())
                .orElseThrow(() -> new BearException(
                        request.target().getFileName() + " is being downloaded or mended already.",
                        "Wait until that is done."));
        try (PartFile file = PartFile.open(request.target())) {
            return mend(file, job);
        } finally {
            Files.deleteIfExists(scratch);
            lock.close();
        }
    }

    private Repair mend(PartFile file, Job job) throws IOException {
        Chain chain = new Chain(file, Chain.Proofs.NONE);
        Optional<Remote> remote = Optional.empty();
        long size = sizeOf(file);
        job.meter().total(OptionalLong.of(size));
        for (int i = 0; i < pieces.upTo().size(); i++) {
            long end = Math.min(size, (i + 1L) * pieces.pieceBytes());
            Sha256 expected = pieces.upTo().get(i);
            if (!isGood(file, chain, end, expected)) {
                remote = remote.isPresent() ? remote : Optional.of(remote(job, size));
                replace(file, chain, end, expected, remote.get(), job);
                damaged.add(i);
            }
            job.meter().found(end);
        }
        if (file.length() > size) {
            file.truncate(size);
        }
        file.force();
        return new Repair(request.target(), pieces.upTo().size(), damaged, fetched, pieces.sha256(), evidence);
    }

    /** The size it should have: as declared, else as it is now where that fits the number of pieces. */
    private long sizeOf(PartFile file) throws IOException {
        long size = request.sizeBytes().orElse(file.length());
        long needed = Math.max(1, (size + pieces.pieceBytes() - 1) / pieces.pieceBytes());
        if (needed != pieces.upTo().size()) {
            throw new BearException(
                    request.target().getFileName() + " has " + pieces.upTo().size()
                            + " recorded pieces, which do not fit " + size + " bytes.",
                    "Download it again.");
        }
        return size;
    }

    private boolean isGood(PartFile file, Chain chain, long end, Sha256 expected) throws IOException {
        if (file.length() < end) {
            return false;
        }
        Chain.Mark mark = chain.mark();
        cover(chain, end);
        if (chain.soFar().equals(expected)) {
            return true;
        }
        chain.back(mark);
        return false;
    }

    private void cover(Chain chain, long end) throws IOException {
        while (chain.follow(end)) {
            cancellation.check();
        }
    }

    private Remote remote(Job job, long size) {
        if (!(request.source() instanceof Source.OnHub hosted)) {
            throw new BearException(
                    request.target().getFileName() + " is damaged, and "
                            + request.source().words() + " does not serve pieces.",
                    "Download it again: it is installed anew from there.");
        }
        Question question =
                Question.ask(request, cancellation, failure -> job.patience().waitOut(failure, false));
        boolean other =
                question.expected().isPresent() && !question.expected().get().equals(pieces.sha256());
        boolean longer = question.size().isPresent() && question.size().getAsLong() != size;
        if (other || longer) {
            throw new BearException(
                    "The source has another file now than the one that was installed as "
                            + request.target().getFileName() + ". Nothing was changed.",
                    "Pin the commit it came from, or download the new file.");
        }
        Remote remote = new Remote(hosted, question.info().orElseThrow(), OptionalLong.of(size));
        remote.acceptAnyEtag();
        return remote;
    }

    private void replace(PartFile file, Chain chain, long end, Sha256 expected, Remote remote, Job job)
            throws IOException {
        long start = chain.hashed();
        Files.deleteIfExists(scratch);
        tools.disk().require(end - start, end - start, 0, tools.folder(), request.targetFolder());
        try (PartFile piece = PartFile.open(scratch, start)) {
            Chain fork = chain.fork(piece);
            job.standing().enter(Phase.FETCHING);
            new Fetch(remote, piece, fork, start, OptionalLong.of(end), tools, job, NOBODY).run();
            cover(fork, end);
            fetched += end - start;
            if (!fork.soFar().equals(expected)) {
                throw new BearException(
                        "The source sends other bytes than those that were installed as "
                                + request.target().getFileName() + ". The damaged piece was left as it is.",
                        "Try again, or from another network; if it stays so, download the file again.");
            }
            keepEvidence(file, start, end);
            copy(piece, file, start, end);
            file.force();
            chain.back(fork.mark());
            job.standing().enter(Phase.CHECKING);
        }
    }

    private void keepEvidence(PartFile file, long start, long end) throws IOException {
        long there = Math.min(end, file.length());
        if (there <= start) {
            return;
        }
        Path kept = evidence.isPresent()
                ? evidence.get()
                : new Quarantine(tools.folder().resolve("quarantine")).placeFor(request.target());
        evidence = Optional.of(kept);
        try (PartFile copy = PartFile.open(kept)) {
            // At the same place as in the file: where file systems can, what was good takes no room.
            copy(file, copy, start, there);
        }
    }

    private static void copy(PartFile from, PartFile to, long start, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        for (long at = start; at < end; ) {
            buffer.clear().limit((int) Math.min(COPY_BYTES, end - at));
            from.read(at, buffer);
            buffer.flip();
            int some = buffer.remaining();
            to.write(at, List.of(buffer));
            at += some;
        }
    }
}
