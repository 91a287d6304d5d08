package ai.bearllm.download;

import ai.bearllm.download.DownloadProgress.Phase;
import ai.bearllm.hub.FileInfo;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A download from its start, or from where it rested, to the file in its place. */
final class Run {
    private final DownloadRequest request;
    private final Tools tools;
    private final Job job;
    private final Names names;
    private final long laterBytes;
    private volatile boolean began;

    /**
     * @param laterBytes what will come after this file, as far as it is known: the disk must have room for that too
     */
    Run(DownloadRequest request, Tools tools, Job job, long laterBytes) {
        this.request = request;
        this.laterBytes = laterBytes;
        this.tools = tools;
        this.job = job;
        this.names = Names.of(tools.folder(), request.target());
    }

    /** Whether anything was written: from there on trouble with the disk is a pause. */
    boolean hasBegun() {
        return began;
    }

    DownloadResult go() throws IOException {
        job.standing().enter(Phase.ASKING);
        prepareFolders();
        try (Watch watch = new Watch(names, request.target(), job)) {
            TransferLock lock = watch.enter();
            try {
                Optional<DownloadResult> there = watch.result().or(request.landing()::present);
                if (there.isEmpty()) {
                    return transfer();
                }
                names.tidy();
                return there.get();
            } finally {
                lock.close();
            }
        }
    }

    /** What can be known to fail at the end fails at the beginning. */
    private void prepareFolders() throws IOException {
        Path folder = request.targetFolder();
        Files.createDirectories(tools.folder());
        Files.createDirectories(folder);
        if (Files.isDirectory(request.target())) {
            throw new BearException(
                    request.target() + " is a folder, so no file can be put there.",
                    "Move the folder away, or choose another name.");
        }
        if (!Files.isWritable(folder)) {
            throw new BearException(
                    "The folder " + folder + " is not writable.",
                    "Make it writable, or open Bear with another folder: Bear.open(\"folder\").");
        }
        PartNames.sweep(tools.folder(), Instant.now());
    }

    private DownloadResult transfer() throws IOException {
        job.standing().enter(Phase.ASKING);
        Question question =
                Question.ask(request, job.stop(), failure -> job.patience().waitOut(failure, false));
        job.patience().answered();
        job.meter().total(question.size());
        Optional<DownloadResult> here = alreadyHere(question);
        if (here.isPresent()) {
            names.tidy();
            return here.get();
        }
        try (Status status = Status.create(names.status())) {
            DownloadResult result = request.source() instanceof Source.OnHub hosted
                    ? fromHub(hosted, question, new Reports(status))
                    : fromHere((Source.Local) request.source(), question);
            request.landing().landed(result);
            status.write(report(Optional.of(Status.Ending.of(result))));
            return result;
        }
    }

    /** A file that somebody put there, or whose record was lost, is not fetched again if it is the right one. */
    private Optional<DownloadResult> alreadyHere(Question question) throws IOException {
        Path target = request.target();
        if (question.expected().isEmpty()
                || !Files.isRegularFile(target)
                || (question.size().isPresent()
                        && Files.size(target) != question.size().getAsLong())) {
            return Optional.empty();
        }
        job.standing().enter(Phase.CHECKING);
        PieceHashes pieces = PieceHashes.of(target, job.stop());
        if (!question.expected().get().equals(pieces.sha256())) {
            return Optional.empty();
        }
        job.meter().found(Files.size(target));
        DownloadResult result = result(question, pieces, Files.size(target), 0);
        request.landing().check(target);
        request.landing().landed(result);
        return Optional.of(result);
    }

    private DownloadResult fromHub(Source.OnHub hosted, Question question, Reports reports) throws IOException {
        FileInfo info = question.info().orElseThrow();
        Remote remote = new Remote(hosted, info, question.size());
        try (PartFile part = PartFile.open(names.part());
                Ledger ledger = new Ledger(names, remote, hosted.words(), question.expected())) {
            began = true;
            Chain chain = new Chain(part, ledger);
            boolean keep = true;
            try {
                Resumption resumption = new Resumption(names, remote, part, chain, ledger, tools, job, reports);
                fetchAll(resumption, question, remote, part, chain, ledger, reports);
                long length = remote.size().orElse(chain.hashed());
                DownloadResult result = arrive(part, chain.finish(length), question, length, remote.requests());
                keep = false;
                return result;
            } catch (BearException e) {
                keep = e instanceof NetworkException || e instanceof NoSpace;
                throw e;
            } finally {
                settle(part, chain, ledger, keep);
            }
        }
    }

    private void fetchAll(
            Resumption resumption,
            Question question,
            Remote remote,
            PartFile part,
            Chain chain,
            Ledger ledger,
            Reports reports)
            throws IOException {
        boolean first = true;
        while (true) {
            try {
                if (first) {
                    first = false;
                    resumption.go(question.expected());
                    ledger.listen();
                    if (remote.size().isPresent()) {
                        reports.sizeKnown(remote.size().getAsLong());
                    }
                }
                job.standing().enter(Phase.FETCHING);
                job.meter().waited(chain.hashed());
                new Fetch(remote, part, chain, chain.hashed(), remote.size(), tools, job, reports).run();
                return;
            } catch (TransferBroken e) {
                job.meter().flush();
                part.truncate(0);
                chain.restart();
                ledger.restart();
                remote.startOver(question.size());
                if (!e.hasWaited()) {
                    job.patience().startOver(e);
                }
                job.meter().waited(0);
            }
        }
    }

    /** What is proven stays for the next run; what is not goes. */
    private void settle(PartFile part, Chain chain, Ledger ledger, boolean keep) throws IOException {
        try {
            if (keep && part.isInPlace()) {
                ledger.tail(chain);
            }
        } catch (IOException e) {
            // A full disk, most likely: the journal then ends a little earlier.
            System.getLogger(Run.class.getName())
                    .log(System.Logger.Level.DEBUG, "the journal's last line is missing", e);
        }
        ledger.close();
        part.close();
        if (!keep || !ledger.provesAnything()) {
            names.discard();
        }
    }

    private DownloadResult arrive(PartFile part, PieceHashes pieces, Question question, long length, int attempts)
            throws IOException {
        job.stop().check();
        part.force();
        part.close();
        Optional<Sha256> expected = question.expected();
        if (expected.isPresent() && !expected.get().equals(pieces.sha256())) {
            String declaredBy = question.proof() == DownloadResult.Proof.HUB ? "the hub" : "its entry";
            throw new Quarantine(tools.folder().resolve("quarantine"))
                    .take(part.path(), request, expected.get(), pieces.sha256(), declaredBy);
        }
        request.landing().check(part.path());
        Arrival.move(part.path(), request.target(), pieces.sha256());
        return result(question, pieces, length, attempts);
    }

    private DownloadResult result(Question question, PieceHashes pieces, long length, int attempts) {
        return new DownloadResult(
                request.target(),
                length,
                pieces.sha256(),
                question.proof(),
                question.info().map(FileInfo::commit),
                question.info().flatMap(FileInfo::etag),
                job.meter().elapsed(),
                attempts,
                Optional.of(pieces));
    }

    private DownloadResult fromHere(Source.Local source, Question question) throws IOException {
        if (question.size().isPresent()) {
            requireSpace(question.size().getAsLong());
        }
        try (PartFile part = PartFile.open(names.part())) {
            began = true;
            part.truncate(0);
            Chain chain = new Chain(part, Chain.Proofs.NONE);
            job.standing().enter(Phase.FETCHING);
            new LocalCopy(source, part, chain, job).go(question.size());
            return arrive(part, chain.finish(chain.hashed()), question, chain.hashed(), 1);
        } finally {
            names.discard();
        }
    }

    private void requireSpace(long size) throws IOException {
        long part = Files.exists(names.part()) ? Files.size(names.part()) : 0;
        long others = Neighbors.need(tools.folder(), names.status());
        tools.disk()
                .require(Math.max(0, size - part) + laterBytes, size, others, tools.folder(), request.targetFolder());
    }

    private Status.Report report(Optional<Status.Ending> ending) {
        OptionalLong total = job.meter().fileTotal();
        return new Status.Report(
                ProcessHandle.current().pid(),
                job.meter().fileDone(),
                total.orElse(-1),
                job.standing().segments(),
                ending);
    }

    /** Writes down how far it is, and looks at the disk as soon as the size is known. */
    final class Reports implements Fetch.Watcher {
        private static final long EVERY_NANOS = 250_000_000L;

        private final Status status;
        private long lastNanos = System.nanoTime() - EVERY_NANOS;

        Reports(Status status) {
            this.status = status;
        }

        @Override
        public void sizeKnown(long bytes) throws IOException {
            job.meter().total(OptionalLong.of(bytes));
            requireSpace(bytes);
        }

        @Override
        public void tick() throws IOException {
            long now = System.nanoTime();
            if (now - lastNanos >= EVERY_NANOS) {
                lastNanos = now;
                status.write(report(Optional.empty()));
            }
        }
    }
}
