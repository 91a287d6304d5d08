package ai.bearllm.download;

import ai.bearllm.download.DownloadResult.Proof;
import ai.bearllm.hub.FileInfo;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpAnswer;
import ai.bearllm.hub.HttpCall;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One download from its first question to the file in its place. */
final class Transfer {
    private static final int COPY_BYTES = 128 * 1024;

    private final DownloadRequest request;
    private final Path folder;
    private final Http http;
    private final DiskSpace disk;
    private final Meter meter;
    private final Patience patience;
    private final Cancellation cancellation;
    private int attempts;

    Transfer(
            DownloadRequest request,
            Path folder,
            Http http,
            DiskSpace disk,
            Meter meter,
            Patience patience,
            Cancellation cancellation) {
        this.request = request;
        this.folder = folder;
        this.http = http;
        this.disk = disk;
        this.meter = meter;
        this.patience = patience;
        this.cancellation = cancellation;
    }

    DownloadResult run() throws IOException {
        prepareFolders();
        Optional<FileInfo> info =
                request.source() instanceof Source.OnHub hosted ? Optional.of(ask(hosted)) : Optional.empty();
        OptionalLong size = agreedSize(info);
        requireAgreedDigest(info);
        meter.total(size);
        if (size.isPresent()) {
            disk.require(size.getAsLong(), folder, targetFolder());
        }
        try (PartFile part = PartFile.create(PartNames.of(folder, request.target()))) {
            receive(part, size, info);
            return verified(part, info);
        }
    }

    private Path targetFolder() {
        return Optional.ofNullable(request.target().getParent()).orElseThrow();
    }

    /** What can be known to fail at the end fails at the beginning. */
    private void prepareFolders() throws IOException {
        Files.createDirectories(folder);
        Files.createDirectories(targetFolder());
        if (Files.isDirectory(request.target())) {
            throw new BearException(
                    request.target() + " is a folder, so no file can be put there.",
                    "Move the folder away, or choose another name.");
        }
        if (!Files.isWritable(targetFolder())) {
            throw new BearException(
                    "The folder " + targetFolder() + " is not writable.",
                    "Make it writable, or open Bear with another folder: Bear.open(\"folder\").");
        }
        PartNames.sweep(folder, Instant.now());
    }

    private FileInfo ask(Source.OnHub hosted) {
        while (true) {
            try {
                FileInfo info = hosted.hub().file(hosted.file(), cancellation);
                patience.answered();
                return info;
            } catch (NetworkException e) {
                patience.waitOut(e, false);
            }
        }
    }

    private OptionalLong agreedSize(Optional<FileInfo> info) {
        OptionalLong declared = request.sizeBytes();
        OptionalLong hub = info.map(FileInfo::sizeBytes).orElse(OptionalLong.empty());
        if (declared.isPresent() && hub.isPresent() && declared.getAsLong() != hub.getAsLong()) {
            throw new BearException(
                    "The hub's file has " + new ByteSize(hub.getAsLong()) + " (" + hub.getAsLong() + " bytes) but "
                            + declared.getAsLong() + " bytes are declared. Nothing was fetched.",
                    "The file was replaced on the hub; pin the commit that is meant, or correct the entry.");
        }
        return declared.isPresent() ? declared : hub;
    }

    private void requireAgreedDigest(Optional<FileInfo> info) {
        Optional<Sha256> hub = info.flatMap(FileInfo::sha256);
        if (hub.isPresent() && request.sha256().isPresent() && !hub.equals(request.sha256())) {
            throw new BearException(
                    "The hub's file has the SHA-256 " + hub.get().brief() + "… but "
                            + request.sha256().get().brief() + "… is declared. Nothing was fetched.",
                    "The file was replaced on the hub; pin the commit that is meant, or correct the entry.");
        }
    }

    private void receive(PartFile part, OptionalLong size, Optional<FileInfo> info) throws IOException {
        if (request.source() instanceof Source.OnHub hosted) {
            receiveFromHub(part, size, hosted, info.orElseThrow());
        } else if (request.source() instanceof Source.Local local) {
            receiveLocal(part, size, local);
        }
    }

    private void receiveFromHub(PartFile part, OptionalLong size, Source.OnHub hosted, FileInfo info) {
        PartSink sink = new PartSink(part, size, meter, bytes -> disk.require(bytes, folder, targetFolder()));
        while (true) {
            attempts++;
            try {
                HttpAnswer answer = http.receive(call(part, sink, hosted, info), sink, cancellation);
                if (answer.isSuccess()) {
                    requireWhole(part, sink.size());
                    return;
                }
                if (answer.status() == 416) {
                    throw new TransferBroken("The server does not know the rest of the file any more.");
                }
                throw hosted.hub().refusal(answer, info.file());
            } catch (NetworkException e) {
                meter.flush();
                patience.progressed(part.length());
                patience.waitOut(e, part.length() > 0);
            } catch (TransferBroken e) {
                meter.flush();
                sink.forget();
                patience.startOver(e);
            }
            meter.waited();
        }
    }

    private static HttpCall call(PartFile part, PartSink sink, Source.OnHub hosted, FileInfo info) {
        HttpCall call = hosted.hub().download(info.file());
        return sink.canContinue()
                ? call.header("Range", "bytes=" + part.length() + "-")
                        .header("If-Range", sink.etag().orElseThrow())
                : call;
    }

    private static void requireWhole(PartFile part, OptionalLong size) {
        if (size.isPresent() && part.length() < size.getAsLong()) {
            throw new TransferBroken("The server ended after " + part.length() + " of " + size.getAsLong() + " bytes.");
        }
    }

    private void receiveLocal(PartFile part, OptionalLong size, Source.Local local) throws IOException {
        attempts++;
        byte[] buffer = new byte[COPY_BYTES];
        try (InputStream in = local.opener().open()) {
            for (int read; (read = in.read(buffer)) >= 0 && part.length() <= size.orElse(Long.MAX_VALUE); ) {
                cancellation.check();
                write(part, ByteBuffer.wrap(buffer, 0, read));
                meter.arrived(read, part.length());
            }
        } catch (IOException e) {
            throw new BearException(
                    local.words() + " cannot be read (" + e.getMessage() + ").",
                    "Install the toolkit again; its jar may be damaged.",
                    e);
        }
        if (size.isPresent() && part.length() != size.getAsLong()) {
            throw new BearException(
                    local.words() + " has " + (part.length() > size.getAsLong() ? "more than " : "")
                            + Math.min(part.length(), size.getAsLong()) + " bytes but " + size.getAsLong()
                            + " are declared.",
                    "Install the toolkit again; its jar may be damaged.");
        }
    }

    /** Unchecked, so that the disk's failure is not taken for the source's. */
    private static void write(PartFile part, ByteBuffer bytes) {
        try {
            part.append(List.of(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DownloadResult verified(PartFile part, Optional<FileInfo> info) throws IOException {
        Sha256 found = part.finish();
        cancellation.check();
        Optional<Sha256> hub = info.flatMap(FileInfo::sha256);
        Proof proof = request.sha256().isPresent() ? Proof.DECLARED : hub.isPresent() ? Proof.HUB : Proof.PINNED;
        Optional<Sha256> expected = request.sha256().or(() -> hub);
        if (expected.isPresent() && !expected.get().equals(found)) {
            String declaredBy = proof == Proof.HUB ? "the hub" : "its entry";
            throw new Quarantine(folder.resolve("quarantine")).take(part, request, expected.get(), found, declaredBy);
        }
        Arrival.move(part.path(), request.target(), found);
        return new DownloadResult(
                request.target(),
                part.length(),
                found,
                proof,
                info.map(FileInfo::commit),
                info.flatMap(FileInfo::etag),
                meter.elapsed(),
                attempts);
    }
}
