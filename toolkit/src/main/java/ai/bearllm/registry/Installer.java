package ai.bearllm.registry;

import ai.bearllm.download.Download;
import ai.bearllm.download.DownloadPlan;
import ai.bearllm.download.DownloadRequest;
import ai.bearllm.download.DownloadResult;
import ai.bearllm.download.Downloader;
import ai.bearllm.download.Landing;
import ai.bearllm.download.PieceHashes;
import ai.bearllm.download.Repair;
import ai.bearllm.download.Source;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.ValidationRequest;
import ai.bearllm.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Brings a model's file into the library: fetched beside it, digest and structure checked there, moved in whole, its manifest
 * written last. Whatever goes wrong, the library holds no half file and loses none that it had.
 */
final class Installer {
    private static final String DATA = "/ai/bearllm/data/";
    /** A signature lists the digests of a model's files. */
    private static final int MOST_SIGNATURE_BYTES = 4 << 20;

    private final Library library;
    private final Supplier<Downloader> downloader;
    private final Supplier<Hub> hub;
    private final Supplier<ProgressListener> display;
    private final SignatureGate gate;
    private final Clock clock;

    Installer(
            Library library,
            Supplier<Downloader> downloader,
            Supplier<Hub> hub,
            Supplier<ProgressListener> display,
            SignatureGate gate,
            Clock clock) {
        this.gate = gate;
        this.library = library;
        this.downloader = downloader;
        this.hub = hub;
        this.display = display;
        this.clock = clock;
    }

    /** Begins to fetch and install; shows its progress. */
    Download start(ModelCard card) {
        // Before anything makes folders: a link among them may lead out of the library.
        prepare(card);
        return downloader.get().start(request(card), display.get().guarded());
    }

    private void prepare(ModelCard card) {
        try {
            library.prepare(card);
        } catch (IOException e) {
            throw new BearException(
                    "The folder for " + library.fileOf(card) + " cannot be made: " + e + ".",
                    "Check the library's permissions.",
                    e);
        }
    }

    /** What a download would do, without doing it. */
    DownloadPlan plan(ModelCard card, Cancellation cancellation) {
        return downloader.get().dryRun(request(card), cancellation);
    }

    /** Finds the damaged pieces of an installed file and fetches those alone. */
    Repair repair(ModelCard card, PieceHashes pieces, Cancellation cancellation) {
        return downloader.get().repair(request(card), pieces, display.get().guarded(), cancellation);
    }

    /** Of a split model the other parts come first, so that the first one, which stands for the model, comes last. */
    private DownloadRequest request(ModelCard card) {
        Arrival arrival = new Arrival(card);
        List<DownloadRequest> others = new ArrayList<>();
        for (ModelFile part : card.file().otherParts()) {
            others.add(request(card, part, arrival.part(part)));
        }
        return request(card, card.file(), arrival).after(others);
    }

    private DownloadRequest request(ModelCard card, ModelFile part, Landing landing) {
        return new DownloadRequest(
                "download of " + card.id().name(),
                source(part.origin()),
                library.fileOf(card).resolveSibling(part.name()),
                part.sizeBytes(),
                part.sha256(),
                landing);
    }

    /** What is done around a model's arrival, while no other process wants the same file. */
    private final class Arrival implements Landing {
        private final ModelCard card;
        private final Path file;
        private final SplitArrival split;
        private Optional<Validation> validation = Optional.empty();

        Arrival(ModelCard card) {
            this.card = card;
            this.file = library.fileOf(card);
            this.split = new SplitArrival(card, file);
        }

        /** What is done around the arrival of another part. */
        Landing part(ModelFile part) {
            return new Landing() {
                @Override
                public Optional<DownloadResult> present() {
                    prepare(card);
                    return Optional.empty();
                }

                @Override
                public void check(Path verified) {
                    requireSignature(verified, split.digest(part, verified), part);
                }

                @Override
                public void landed(DownloadResult result) {
                    split.landed(part, result.sha256());
                }
            };
        }

        @Override
        public Optional<DownloadResult> present() {
            prepare(card);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Library.Standing standing = library.standing(card);
            if (standing.state() == ModelState.DOWNLOADED) {
                // Another notebook was faster.
                return standing.manifest().map(this::here);
            }
            return recognized(card, file).map(this::here);
        }

        private DownloadResult here(Manifest manifest) {
            return new DownloadResult(
                    file,
                    manifest.sizeBytes(),
                    manifest.sha256(),
                    manifest.digestSource().equals("pinned")
                            ? DownloadResult.Proof.PINNED
                            : DownloadResult.Proof.DECLARED,
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ZERO,
                    0,
                    manifest.pieces());
        }

        /** Reads back what lies on the disk now, in full: its digest once more, its structure, and every scale. */
        @Override
        public void check(Path verified) {
            if (card.file().isSplit()) {
                // The parts are checked together, as soon as they lie beside each other.
                requireSignature(verified, split.digest(card.file(), verified), card.file());
                return;
            }
            // Its signature lies elsewhere until the file is in its place.
            Validation found = Validator.of(verified)
                    .called(card.file().name())
                    .listener(display.get())
                    .expecting(card.file().sha256())
                    .expectingBytes(card.file().sizeBytes())
                    .expectingTemplate(card.chat().templateSha256())
                    .expectingParameters(OptionalLong.of(card.parameters()))
                    .run();
            if (!found.ok()) {
                throw refused(card, verified, found);
            }
            Optional<byte[]> signature =
                    requireSignature(verified, found.sha256().orElseThrow(), card.file());
            validation = Optional.of(found);
            if (Files.exists(file)) {
                // Damaged or foreign: its successor is here now, and it can still be brought back.
                library.trash().take(file, "replaced by a new download");
            }
            // Only now, so that it does not go to the trash with the old file.
            signature.ifPresent(bytes -> keep(bytes, SignatureGate.beside(file)));
        }

        /** The signature that the source has beside the file, where signatures count here and it has one. */
        private Optional<byte[]> requireSignature(Path verified, Sha256 sha256, ModelFile part) {
            if (!gate.isActive()) {
                return Optional.empty();
            }
            Path besidePart = SignatureGate.beside(verified);
            Optional<byte[]> signature = signature(part);
            try {
                signature.ifPresent(bytes -> keep(bytes, besidePart));
                gate.require(verified, sha256, SignatureGate.nameWhenSigned(part), signature.map(bytes -> besidePart));
                return signature;
            } finally {
                besidePart.toFile().delete();
            }
        }

        private Optional<byte[]> signature(ModelFile part) {
            try {
                if (part.origin() instanceof Origin.HubFile hubFile) {
                    Origin.HubFile beside =
                            new Origin.HubFile(hubFile.repository(), hubFile.revision(), hubFile.path() + ".sig");
                    return Optional.of(hub.get().read(beside, MOST_SIGNATURE_BYTES));
                }
                Path own = SignatureGate.beside(file);
                return Files.exists(own) ? Optional.of(Files.readAllBytes(own)) : Optional.empty();
            } catch (NetworkException e) {
                if (e.reason() == NetworkException.Reason.NOT_FOUND) {
                    return Optional.empty();
                }
                throw e;
            } catch (IOException e) {
                throw new BearException(
                        "The signature of " + file + " cannot be read: " + e + ".", "Check its permissions.", e);
            }
        }

        private void keep(byte[] signature, Path target) {
            try {
                Files.write(target, signature);
            } catch (IOException e) {
                throw new BearException(
                        "The signature could not be kept at " + target + ": " + e + ".", "Check permissions.", e);
            }
        }

        @Override
        public void landed(DownloadResult result) {
            String source = switch (result.proof()) {
                case DECLARED -> "catalog";
                case HUB -> "hub";
                case PINNED -> "pinned";
            };
            if (card.file().isSplit()) {
                Validation found = split.validate(Installer.this.validation(file), result.sha256());
                if (!found.ok()) {
                    throw refused(card, file, found);
                }
                validation = Optional.of(found);
            }
            if (validation.isPresent()) {
                ByteCount bytes = new ByteCount(result.sizeBytes(), result.sha256());
                write(
                        card,
                        file,
                        bytes,
                        source,
                        origin(card, result),
                        validation.get(),
                        card.file().isSplit() ? Optional.empty() : result.pieces(),
                        split.parts());
            }
        }
    }

    /**
     * A file that lies in the right place without a manifest, left by a crash between move and manifest, by an older program or
     * by hand: taken over if its digest is the declared one.
     */
    private Optional<Manifest> recognized(ModelCard card, Path file) {
        if (Manifest.read(file).isPresent()
                || card.file().sha256().isEmpty()
                || card.file().isSplit()) {
            // The parts of a split model are each recognized by their digests when they are asked for.
            return Optional.empty();
        }
        Validation validation = validation(file)
                .expecting(card.file().sha256())
                .expectingBytes(card.file().sizeBytes())
                .run();
        if (!validation.ok()) {
            return Optional.empty();
        }
        write(
                card,
                file,
                new ByteCount(validation),
                "catalog",
                "found in place",
                validation,
                Optional.empty(),
                List.of());
        return Manifest.read(file);
    }

    private static String origin(ModelCard card, DownloadResult result) {
        // The commit that really answered, where the catalog names a branch.
        if (card.file().origin() instanceof Origin.HubFile hubFile
                && result.commit().isPresent()) {
            return new Origin.HubFile(hubFile.repository(), result.commit().get(), hubFile.path()).toString();
        }
        return card.file().origin().toString();
    }

    private void write(
            ModelCard card,
            Path file,
            ByteCount bytes,
            String digestSource,
            String origin,
            Validation validation,
            Optional<PieceHashes> pieces,
            List<Manifest.Part> otherParts) {
        Manifest manifest = new Manifest(
                card.id(),
                card.file().name(),
                bytes.size,
                bytes.sha256,
                digestSource,
                origin,
                clock.instant(),
                Manifest.passed(validation),
                Manifest.Storage.OWN,
                Optional.empty(),
                FileStamp.ofContent(file),
                clock.instant(),
                Optional.empty(),
                pieces,
                otherParts);
        try {
            manifest.write(file);
        } catch (IOException e) {
            throw new BearException(
                    "The manifest of " + file + " could not be written: " + e + ".",
                    "Free some space and download again: the file is recognized, not fetched twice.",
                    e);
        }
    }

    private BearException refused(ModelCard card, Path incoming, Validation validation) {
        Check.Failed failure = validation.failures().get(0);
        List<Path> others = card.file().otherParts().stream()
                .map(part -> incoming.resolveSibling(part.name()))
                .toList();
        Path kept = library.quarantine().take(incoming, others, failure.name() + ": found " + failure.found());
        return new BearException(
                "The file of " + card.id() + " is not usable: " + failure.name() + ": found " + failure.found()
                        + ", expected " + failure.expected() + ". It was not installed; it lies in " + kept + ".",
                failure.fix());
    }

    private Source source(Origin origin) {
        if (origin instanceof Origin.HubFile file) {
            return new Source.OnHub(hub.get(), file);
        }
        if (origin instanceof Origin.Builtin builtin) {
            return new Source.Local(builtin.toString(), () -> resource(builtin.name()));
        }
        Origin.LocalFile local = (Origin.LocalFile) origin;
        return new Source.Local(local.toString(), () -> Files.newInputStream(local.path()));
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = Installer.class.getResourceAsStream(DATA + name);
        if (in == null) {
            throw new NoSuchFileException("the toolkit's jar has no " + DATA + name);
        }
        return in;
    }

    ProgressListener display() {
        return display.get();
    }

    /** Begins a full validation with live progress. */
    ValidationRequest validation(Path file) {
        ValidationRequest request = Validator.of(file).listener(display.get());
        return gate.isActive() ? request.signedBy(gate.policy()) : request;
    }

    /** Size and digest of an installed file. */
    private record ByteCount(long size, Sha256 sha256) {
        ByteCount(Validation validation) {
            this(
                    validation.gguf().orElseThrow().size().bytes(),
                    validation.sha256().orElseThrow());
        }
    }
}
