package ai.bearllm.download;

import ai.bearllm.download.DownloadResult.Proof;
import ai.bearllm.hub.FileInfo;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a download would do.
 *
 * @param source where the bytes come from, in words
 * @param commit the commit it would come from; empty where the source has none
 * @param target the file to be
 * @param sizeBytes the file's size; empty where nobody says
 * @param sha256 the digest that it must have; empty where nobody declared one: it would be pinned
 * @param proof who declared the digest
 * @param presentBytes how many bytes an earlier call left, as its journal says
 * @param freeBytes what is free in the downloads folder; empty where nobody knows
 * @param othersBytes what other running downloads will still need there
 */
public record DownloadPlan(
        String source,
        Optional<String> commit,
        Path target,
        OptionalLong sizeBytes,
        Optional<Sha256> sha256,
        Proof proof,
        long presentBytes,
        OptionalLong freeBytes,
        long othersBytes)
        implements Shown {

    /** Of several files, what all of them would do together; what the last would do stands for where from and what. */
    static DownloadPlan of(DownloadRequest request, Tools tools, Cancellation cancellation) throws IOException {
        DownloadPlan plan = ofOne(request, tools, cancellation);
        for (DownloadRequest other : request.before()) {
            plan = plan.and(ofOne(other, tools, cancellation));
        }
        return plan;
    }

    private DownloadPlan and(DownloadPlan other) {
        boolean known = sizeBytes.isPresent() && other.sizeBytes.isPresent();
        boolean pinned = proof == Proof.PINNED || other.proof == Proof.PINNED;
        return new DownloadPlan(
                source,
                commit,
                target,
                known
                        ? OptionalLong.of(Math.addExact(sizeBytes.getAsLong(), other.sizeBytes.getAsLong()))
                        : OptionalLong.empty(),
                sha256,
                pinned ? Proof.PINNED : proof,
                presentBytes + other.presentBytes,
                freeBytes,
                Math.max(othersBytes, other.othersBytes));
    }

    private static DownloadPlan ofOne(DownloadRequest request, Tools tools, Cancellation cancellation)
            throws IOException {
        Question question = Question.ask(request, cancellation, failure -> {
            throw failure;
        });
        Names names = Names.of(tools.folder(), request.target());
        Path existing = nearestExisting(tools.folder());
        return new DownloadPlan(
                request.source().words(),
                question.info().map(FileInfo::commit),
                request.target(),
                question.size(),
                question.expected(),
                question.proof(),
                present(request, names, question),
                tools.disk().freeBytes(existing),
                Files.isDirectory(tools.folder()) ? Neighbors.need(tools.folder(), names.status()) : 0);
    }

    private static long present(DownloadRequest request, Names names, Question question) throws IOException {
        boolean there = question.size().isPresent()
                && Files.isRegularFile(request.target())
                && Files.size(request.target()) == question.size().getAsLong();
        if (there && question.expected().isPresent()) {
            // It is read before anything is fetched, and fetched only where it is another file of this size.
            return question.size().getAsLong();
        }
        Optional<Journal.Kept> kept = Journal.read(names.journal());
        if (kept.isEmpty() || !Files.isRegularFile(names.part())) {
            return 0;
        }
        boolean other = question.size().isPresent()
                && question.size().getAsLong() != kept.get().head().length();
        List<Journal.Proof> proofs = kept.get().proofs();
        return other || proofs.isEmpty()
                ? 0
                : Math.min(proofs.get(proofs.size() - 1).length(), Files.size(names.part()));
    }

    private static Path nearestExisting(Path folder) {
        Path path = folder;
        while (!Files.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    /** How many bytes would be fetched; empty where nobody says how large the file is. */
    public OptionalLong fetchBytes() {
        return sizeBytes.isPresent()
                ? OptionalLong.of(Math.max(0, sizeBytes.getAsLong() - presentBytes))
                : OptionalLong.empty();
    }

    /** Whether it fits on the disk, beside what other downloads will need; true where that is not known. */
    public boolean fits() {
        return fetchBytes().isEmpty()
                || freeBytes.isEmpty()
                || freeBytes.getAsLong() >= fetchBytes().getAsLong() + othersBytes + DiskSpace.MARGIN_BYTES;
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("What a download would do").columns("", "value");
        sheet.row("source", source);
        sheet.row("commit", commit.orElse(null));
        sheet.row("target", target);
        sheet.row("size", size(sizeBytes));
        sheet.row("here already", new ByteSize(presentBytes));
        sheet.row("to fetch", size(fetchBytes()));
        sheet.row("SHA-256", sha256.map(Sha256::hex).orElse(null));
        sheet.row("free", size(freeBytes));
        sheet.row("needed by other downloads", new ByteSize(othersBytes));
        sheet.row("fits", fits());
        if (proof == Proof.PINNED) {
            sheet.note("Nobody declared a digest: it would be pinned on first download.");
        }
        return sheet.build();
    }

    private static @org.jspecify.annotations.Nullable ByteSize size(OptionalLong bytes) {
        return bytes.isPresent() ? new ByteSize(bytes.getAsLong()) : null;
    }

    /** What would be fetched, from where, and whether it fits. */
    @Override
    public String toString() {
        String what = fetchBytes().isPresent() ? new ByteSize(fetchBytes().getAsLong()).toString() : "an unknown size";
        return Shown.line(what + " to fetch, " + (fits() ? "fits" : "does not fit") + ", from " + source);
    }
}
