package ai.bearllm.registry;

import ai.bearllm.download.PieceHashes;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
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
import java.util.OptionalLong;

/** Gathers what is known of the parts of a split model while they arrive, for the check of the whole and its manifest. */
final class SplitArrival {
    private final ModelCard card;
    private final Path first;
    private final Map<String, Sha256> digests = new HashMap<>();

    SplitArrival(ModelCard card, Path first) {
        this.card = card;
        this.first = first;
    }

    /** A part is in its place. */
    synchronized void landed(ModelFile part, Sha256 sha256) {
        digests.put(part.name(), sha256);
    }

    /** The digest that a verified part has: the declared one, which it was compared with, else its own. */
    Sha256 digest(ModelFile part, Path verified) {
        return part.sha256().orElseGet(() -> computed(verified));
    }

    private static Sha256 computed(Path file) {
        try {
            return PieceHashes.of(file, Cancellation.create()).sha256();
        } catch (IOException e) {
            throw new BearException(file + " cannot be read: " + e + ".", "Check the disk, then try again.", e);
        }
    }

    /** Reads back what lies on the disk now, all parts of it. */
    Validation validate(ValidationRequest request, Sha256 firstDigest) {
        return request.expecting(firstDigest)
                .expectingParts(others())
                .expectingTemplate(card.chat().templateSha256())
                .expectingParameters(OptionalLong.of(card.parameters()))
                .run();
    }

    /** Where another process brought a part, its digest is known from the entry, or read from the part. */
    private synchronized Map<String, Sha256> others() {
        for (ModelFile part : card.file().otherParts()) {
            digests.computeIfAbsent(part.name(), name -> digest(part, first.resolveSibling(name)));
        }
        return Map.copyOf(digests);
    }

    /** The other parts for the manifest. */
    List<Manifest.Part> parts() {
        Map<String, Sha256> known = others();
        List<Manifest.Part> parts = new ArrayList<>();
        for (ModelFile part : card.file().otherParts()) {
            Path file = first.resolveSibling(part.name());
            try {
                parts.add(new Manifest.Part(
                        part.name(),
                        Files.size(file),
                        known.getOrDefault(part.name(), digest(part, file)),
                        FileStamp.ofContent(file)));
            } catch (IOException e) {
                throw new BearException(
                        "The part " + file + " cannot be looked at: " + e + ".", "Download the model again.", e);
            }
        }
        return parts;
    }
}
