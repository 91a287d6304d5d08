package ai.bearllm.registry;

import ai.bearllm.download.PieceHashes;
import ai.bearllm.download.Repair;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.validation.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mends installed models piece by piece. */
final class Repairs {
    private final Installer installer;
    private final InstalledChecks checks;

    Repairs(Installer installer, InstalledChecks checks) {
        this.installer = installer;
        this.checks = checks;
    }

    /** Whether a repair can help: the files are there and the library's own, their pieces are known, and a server has them. */
    static boolean canHelp(ModelCard card, Library.Standing standing) {
        return card.file().parts().stream().allMatch(part -> part.origin() instanceof Origin.HubFile)
                && standing.manifest()
                        .filter(manifest -> manifest.storage() == Manifest.Storage.OWN)
                        .filter(Manifest::hasPieces)
                        .filter(manifest -> areThere(manifest.places(standing.file())))
                        .isPresent();
    }

    private static boolean areThere(List<Path> files) {
        return files.stream().allMatch(Files::isRegularFile);
    }

    /** Ends what has the model loaded, mends each file of it, and checks the whole. */
    Repair repair(Model model) {
        String download = "bear.model(\"" + model.shortName() + "\").download()";
        Library.Standing standing = installer.library().standing(model.card());
        Manifest manifest = standing.manifest()
                .orElseThrow(() -> new BearException(
                        "The model " + model.shortName() + " is not downloaded.", "Download it: " + download + "."));
        if (manifest.storage() != Manifest.Storage.OWN) {
            throw new BearException(
                    "The file of " + model.id() + " was adopted, so it is not the library's to mend.",
                    "Remove the model, then download it.");
        }
        requireParts(model, manifest, standing, download);
        // The pieces go into the files themselves, which a worker may have mapped.
        installer.uses().end(model.id());
        Cancellation cancellation = Cancellation.create();
        Repair repair =
                Task.await("repair", cancellation, () -> mend(model.card(), manifest, standing.file(), cancellation));
        checks.validate(model, Level.FULL);
        return repair;
    }

    private static void requireParts(Model model, Manifest manifest, Library.Standing standing, String download) {
        if (!manifest.hasPieces()) {
            throw new BearException(
                    "Nobody kept the digests of the pieces of " + standing.file() + ".",
                    "Download it again: " + download + ".");
        }
        List<String> known =
                model.card().file().parts().stream().map(ModelFile::name).toList();
        if (!known.equals(manifest.files().stream().map(InstalledFile::name).toList())) {
            throw new BearException(
                    "The catalog names other files than those that are installed as " + model.id() + ".",
                    "Remove the model, then download it again.");
        }
        for (Path file : manifest.places(standing.file())) {
            if (!Files.isRegularFile(file)) {
                throw new BearException(
                        "There is no file " + file + " to mend.",
                        "Download the model again: " + download + " fetches only what is missing.");
            }
        }
    }

    private Repair mend(ModelCard card, Manifest manifest, Path first, Cancellation cancellation) {
        List<Repair> repairs = new ArrayList<>();
        for (int i = 0; i < manifest.files().size(); i++) {
            PieceHashes pieces = manifest.files().get(i).pieces().orElseThrow();
            repairs.add(installer.repair(card, card.file().parts().get(i), pieces, cancellation));
        }
        return repairs.size() == 1 ? repairs.get(0) : all(first, manifest, repairs);
    }

    /** The pieces of all parts, counted on from part to part. */
    private static Repair all(Path first, Manifest manifest, List<Repair> repairs) {
        List<Integer> damaged = new ArrayList<>();
        int pieces = 0;
        for (Repair one : repairs) {
            for (int piece : one.damaged()) {
                damaged.add(pieces + piece);
            }
            pieces += one.pieces();
        }
        List<Path> evidence =
                repairs.stream().flatMap(one -> one.evidence().stream()).toList();
        return new Repair(
                first,
                pieces,
                damaged,
                repairs.stream().mapToLong(Repair::fetchedBytes).sum(),
                manifest.sha256(),
                evidence.size() > 1
                        ? Optional.ofNullable(evidence.get(0).getParent())
                        : evidence.stream().findFirst());
    }
}
