package ai.bearllm.registry;

import ai.bearllm.download.DownloadResult;
import ai.bearllm.download.PieceHashes;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.ValidationRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Gathers what is known of the parts of a split model while they arrive, for the check of the whole and its manifest. */
final class SplitArrival {
    private final ModelCard card;
    private final Path first;
    private final Map<String, Sha256> digests = new HashMap<>();
    private final Map<String, PieceHashes> pieces = new HashMap<>();

    SplitArrival(ModelCard card, Path first) {
        this.card = card;
        this.first = first;
    }

    /** A part is in its place. */
    synchronized void landed(ModelFile part, DownloadResult result) {
        digests.put(part.name(), result.sha256());
        result.pieces().ifPresent(hashes -> pieces.put(part.name(), hashes));
    }

    /** The digest that a verified part has: the declared one, which it was compared with, else its own. */
    Sha256 digest(ModelFile part, Path verified) {
        return part.sha256().orElseGet(() -> read(verified).sha256());
    }

    private static PieceHashes read(Path file) {
        try {
            return PieceHashes.of(file, Cancellation.create());
        } catch (IOException e) {
            throw new BearException(file + " cannot be read: " + e + ".", "Check the disk, then try again.", e);
        }
    }

    /** Reads back what lies on the disk now, all parts of it. */
    Validation validate(ValidationRequest request) {
        Map<String, Sha256> others = new HashMap<>();
        for (ModelFile part : card.file().otherParts()) {
            others.put(part.name(), digest(part));
        }
        return request.expecting(digest(card.file()))
                .expectingParts(others)
                .expectingTemplate(card.chat().templateSha256())
                .expectingParameters(OptionalLong.of(card.parameters()))
                .run();
    }

    /** Where another process brought a part, its digest is known from the entry, or read from the part. */
    private synchronized Sha256 digest(ModelFile part) {
        return digests.computeIfAbsent(part.name(), name -> digest(part, first.resolveSibling(name)));
    }

    /** All parts for the manifest. */
    List<InstalledFile> files() {
        Optional<Manifest> before = Manifest.readable(first);
        List<InstalledFile> files = new ArrayList<>();
        for (ModelFile part : card.file().parts()) {
            Path file = first.resolveSibling(part.name());
            Sha256 sha256 = digest(part);
            try {
                files.add(InstalledFile.of(
                        part.name(), file, Files.size(file), sha256, Optional.of(pieces(part, file, sha256, before))));
            } catch (IOException e) {
                throw new BearException(
                        "The part " + file + " cannot be looked at: " + e + ".", "Download the model again.", e);
            }
        }
        return files;
    }

    /** Of a part that did not arrive just now they stand in the manifest, or are read from the part, once. */
    private synchronized PieceHashes pieces(ModelFile part, Path file, Sha256 sha256, Optional<Manifest> before) {
        return Optional.ofNullable(pieces.get(part.name()))
                .or(() -> before.stream()
                        .flatMap(manifest -> manifest.files().stream())
                        .filter(known -> known.name().equals(part.name()))
                        .flatMap(known -> known.pieces().stream())
                        .findFirst())
                .filter(hashes -> hashes.sha256().equals(sha256))
                .orElseGet(() -> read(file));
    }
}
