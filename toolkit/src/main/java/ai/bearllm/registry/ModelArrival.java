package ai.bearllm.registry;

import ai.bearllm.download.DownloadResult;
import ai.bearllm.download.Landing;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Origin;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.Validator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What is done around a model's arrival, while no other process wants the same file. */
final class ModelArrival implements Landing {
    private final Installer installer;
    private final ModelCard card;
    private final Path file;
    private final SplitArrival split;
    private Optional<Validation> validation = Optional.empty();

    ModelArrival(Installer installer, ModelCard card) {
        this.installer = installer;
        this.card = card;
        this.file = installer.library().fileOf(card);
        this.split = new SplitArrival(card, file);
    }

    /** What is done around the arrival of another part. */
    Landing part(ModelFile part) {
        return new Landing() {
            @Override
            public Optional<DownloadResult> present() {
                installer.prepare(card);
                return Optional.empty();
            }

            @Override
            public void check(Path verified) {
                checkPart(part, verified);
            }

            @Override
            public void landed(DownloadResult result) {
                split.landed(part, result);
            }
        };
    }

    @Override
    public Optional<DownloadResult> present() {
        installer.prepare(card);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Library.Standing standing = installer.library().standing(card);
        if (standing.state() == ModelState.DOWNLOADED) {
            // Another notebook was faster.
            return standing.manifest().map(this::here);
        }
        return recognized().map(this::here);
    }

    private DownloadResult here(Manifest manifest) {
        return new DownloadResult(
                file,
                manifest.first().sizeBytes(),
                manifest.sha256(),
                manifest.source().digestSource().equals("pinned")
                        ? DownloadResult.Proof.PINNED
                        : DownloadResult.Proof.DECLARED,
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                0,
                manifest.first().pieces());
    }

    /**
     * A file that lies in the right place without a manifest, left by a crash between move and manifest, by an older program or
     * by hand: taken over if its digest is the declared one.
     */
    private Optional<Manifest> recognized() {
        if (Manifest.read(file).isPresent()
                || card.file().sha256().isEmpty()
                || card.file().isSplit()) {
            // The parts of a split model are each recognized by their digests when they are asked for.
            return Optional.empty();
        }
        Validation found = installer
                .validation(file)
                .expecting(card.file().sha256())
                .expectingBytes(card.file().sizeBytes())
                .run();
        if (!found.ok()) {
            return Optional.empty();
        }
        InstalledFile first = InstalledFile.of(
                card.file().name(),
                file,
                found.gguf().orElseThrow().size().bytes(),
                found.sha256().orElseThrow(),
                Optional.empty());
        return Optional.of(write(List.of(first), "catalog", "found in place", found));
    }

    /** Reads back what lies on the disk now, in full: its digest once more, its structure, and every scale. */
    @Override
    public void check(Path verified) {
        if (card.file().isSplit()) {
            // The parts are checked together, as soon as they lie beside each other.
            checkPart(card.file(), verified);
            return;
        }
        // Its signature lies elsewhere until the file is in its place.
        Validation found = Validator.of(verified)
                .called(card.file().name())
                .listener(installer.display())
                .expecting(card.file().sha256())
                .expectingBytes(card.file().sizeBytes())
                .expectingTemplate(card.chat().templateSha256())
                .expectingParameters(OptionalLong.of(card.parameters()))
                .run();
        if (!found.ok()) {
            throw refused(verified, found);
        }
        Optional<byte[]> signature =
                installer.signatures().require(verified, found.sha256().orElseThrow(), card.file(), file);
        validation = Optional.of(found);
        if (Files.exists(file)) {
            installer.uses().end(card.id());
            // Damaged or foreign: its successor is here now, and it can still be brought back.
            installer.library().trash().take(file, "replaced by a new download");
        }
        // Only now, so that it does not go to the trash with the old file.
        signature.ifPresent(bytes -> SourceSignatures.keep(bytes, SignatureGate.beside(file)));
    }

    private void checkPart(ModelFile part, Path verified) {
        Path place = file.resolveSibling(part.name());
        Optional<byte[]> signature =
                installer.signatures().require(verified, split.digest(part, verified), part, place);
        if (Files.exists(place) && !verified.equals(place)) {
            installer.uses().end(card.id());
        }
        signature.ifPresent(bytes -> SourceSignatures.keep(bytes, SignatureGate.beside(place)));
    }

    @Override
    public void landed(DownloadResult result) {
        if (card.file().isSplit()) {
            split.landed(card.file(), result);
            Validation found = split.validate(installer.validation(file));
            if (!found.ok()) {
                throw refused(file, found);
            }
            validation = Optional.of(found);
        }
        if (validation.isPresent()) {
            List<InstalledFile> files = card.file().isSplit()
                    ? split.files()
                    : List.of(InstalledFile.of(
                            card.file().name(), file, result.sizeBytes(), result.sha256(), result.pieces()));
            write(files, digestSource(result), origin(result), validation.get());
        }
    }

    private static String digestSource(DownloadResult result) {
        return switch (result.proof()) {
            case DECLARED -> "catalog";
            case HUB -> "hub";
            case PINNED -> "pinned";
        };
    }

    private String origin(DownloadResult result) {
        // The commit that really answered, where the catalog names a branch.
        if (card.file().origin() instanceof Origin.HubFile hubFile
                && result.commit().isPresent()) {
            return new Origin.HubFile(hubFile.repository(), result.commit().get(), hubFile.path()).toString();
        }
        return card.file().origin().toString();
    }

    private Manifest write(List<InstalledFile> files, String digestSource, String origin, Validation found) {
        Instant now = installer.clock().instant();
        Manifest manifest = Manifest.own(
                card.id(),
                files,
                new Manifest.Source(digestSource, origin, now),
                Manifest.FullCheck.passed(now, found));
        try {
            manifest.write(file);
            return manifest;
        } catch (IOException e) {
            throw new BearException(
                    "The manifest of " + file + " could not be written: " + e + ".",
                    "Free some space and download again: the file is recognized, not fetched twice.",
                    e);
        }
    }

    private BearException refused(Path incoming, Validation found) {
        Check.Failed failure = found.failures().get(0);
        List<Path> others = card.file().otherParts().stream()
                .map(part -> incoming.resolveSibling(part.name()))
                .toList();
        Path kept =
                installer.library().quarantine().take(incoming, others, failure.name() + ": found " + failure.found());
        return new BearException(
                "The file of " + card.id() + " is not usable: " + failure.name() + ": found " + failure.found()
                        + ", expected " + failure.expected() + ". It was not installed; it lies in " + kept + ".",
                failure.fix());
    }
}
