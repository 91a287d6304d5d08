package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The installed files: where they lie, what their manifests say, and how they go to the trash. */
final class Library {
    private final Home home;
    private final Shelf trash;
    private final Shelf quarantine;

    Library(Home home, Clock clock) {
        this.home = home;
        this.trash = new Shelf(home.trash(), clock);
        this.quarantine = new Shelf(home.quarantine(), clock);
    }

    /**
     * Where a model's own file lies, or would; its manifest lies beside it even where the file is elsewhere. Names are safe:
     * {@code ModelId} and {@link ModelFile} refuse others.
     */
    Path fileOf(ModelCard card) {
        return folderOf(card).resolve(card.file().name());
    }

    private Path folderOf(ModelCard card) {
        return home.models().resolve(card.id().provider()).resolve(card.id().name());
    }

    /**
     * Makes the folder that a model's file shall lie in.
     *
     * @throws BearException where a link leads out of the library
     */
    void prepare(ModelCard card) throws IOException {
        Path folder = folderOf(card);
        Files.createDirectories(home.models());
        // One by one, so that nothing is made behind a link that leads out.
        Path provider = home.models().resolve(card.id().provider());
        requireInside(Files.createDirectories(provider));
        requireInside(Files.createDirectories(folder));
    }

    private void requireInside(Path folder) throws IOException {
        if (!folder.toRealPath().startsWith(home.models().toRealPath())) {
            throw new BearException(
                    "The folder " + folder + " leads out of the library, to " + folder.toRealPath() + ".",
                    "Remove that link; to keep models elsewhere, make " + home.models() + " itself a link.");
        }
    }

    /** What the disk says about a model, read at this moment. */
    Standing standing(ModelCard card) {
        Path place = fileOf(card);
        Optional<Manifest> manifest = Manifest.read(place);
        if (manifest.isEmpty()) {
            return new Standing(ModelState.AVAILABLE, place, manifest, Optional.empty());
        }
        Path file = manifest.get().location().orElse(place);
        if (!manifest.get().model().equals(card.id())) {
            // On file systems that do not tell Name from name, two models can share a folder.
            String why = "the folder " + place.getParent() + " holds the model "
                    + manifest.get().model();
            return new Standing(ModelState.FAILED, file, manifest, Optional.of(why));
        }
        Optional<String> problem = problemOfFiles(file, manifest.get());
        return new Standing(problem.isEmpty() ? ModelState.DOWNLOADED : ModelState.FAILED, file, manifest, problem);
    }

    /** What is wrong with the first file that is missing or changed. */
    private static Optional<String> problemOfFiles(Path first, Manifest manifest) {
        List<Path> places = manifest.places(first);
        return IntStream.range(0, places.size())
                .mapToObj(i -> problem(places.get(i), manifest, manifest.files().get(i)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> problem(Path file, Manifest manifest, InstalledFile installed) {
        FileStamp now;
        try {
            now = FileStamp.of(file);
        } catch (IOException e) {
            return Optional.of("the file " + file + " is missing");
        }
        if (now.sizeBytes() != installed.sizeBytes()) {
            return Optional.of("the file " + file + " has " + now.sizeBytes() + " bytes but " + installed.sizeBytes()
                    + " were installed");
        }
        if (manifest.problem().isPresent()) {
            return manifest.problem();
        }
        // Nobody but the library writes to its own files; those that others also have are trusted only as long as they
        // look the same.
        boolean shared = manifest.storage() != Manifest.Storage.OWN;
        if (shared && installed.stamp().isPresent() && !installed.stamp().get().isSameContent(now)) {
            return Optional.of(
                    "the adopted file " + file + " was written to on " + now.modified() + ", after it was checked");
        }
        return Optional.empty();
    }

    /** Where removed files go. */
    Shelf trash() {
        return trash;
    }

    /** Where files go that failed a check: kept as evidence, never loaded. */
    Shelf quarantine() {
        return quarantine;
    }

    /**
     * What the disk says about a model.
     *
     * @param state available, downloaded or failed
     * @param file the model's file, wherever it lies; of a split model the first part, beside which the others are
     * @param manifest of the installed file
     * @param problem why it failed
     */
    record Standing(ModelState state, Path file, Optional<Manifest> manifest, Optional<String> problem) {
        Optional<ByteSize> size() {
            return manifest.map(m -> new ByteSize(m.totalBytes()));
        }
    }
}
