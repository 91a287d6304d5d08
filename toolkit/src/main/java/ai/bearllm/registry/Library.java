package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The installed files: where they lie, what their manifests say, and how they go to the trash. */
final class Library {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Home home;
    private final Clock clock;

    Library(Home home, Clock clock) {
        this.home = home;
        this.clock = clock;
    }

    /** Where a model's file lies, or would. Names are safe: {@code ModelId} and {@link ModelFile} refuse others. */
    Path fileOf(ModelCard card) {
        return home.models()
                .resolve(card.id().provider())
                .resolve(card.id().name())
                .resolve(card.file().name());
    }

    /** What the disk says about a model, read at this moment. */
    Standing standing(ModelCard card) {
        Path file = fileOf(card);
        Optional<Manifest> manifest = Manifest.read(file);
        if (manifest.isEmpty()) {
            return new Standing(ModelState.AVAILABLE, manifest, Optional.empty());
        }
        Optional<String> problem = problem(file, manifest.get());
        return new Standing(problem.isEmpty() ? ModelState.DOWNLOADED : ModelState.FAILED, manifest, problem);
    }

    private static Optional<String> problem(Path file, Manifest manifest) {
        try {
            long size = Files.size(file);
            return size == manifest.sizeBytes()
                    ? Optional.empty()
                    : Optional.of("the file " + file + " has " + size + " bytes but " + manifest.sizeBytes()
                            + " were installed");
        } catch (IOException e) {
            return Optional.of("the file " + file + " is missing");
        }
    }

    /**
     * Moves a model's file and manifest to the trash.
     *
     * @return the folder in the trash where they lie now
     */
    Path discard(Path file) {
        Path folder = home.trash().resolve(STAMP.format(clock.instant()) + "-" + file.getFileName());
        try {
            Files.createDirectories(folder);
            // The manifest goes first: a file without one is merely unknown, a manifest without its file is a fault.
            moveIfPresent(Manifest.beside(file), folder);
            moveIfPresent(file, folder);
            return folder;
        } catch (IOException e) {
            throw new BearException(
                    file + " could not be moved to the trash: " + e + ".",
                    "Close what uses it, check permissions, and try again; nothing was deleted.",
                    e);
        }
    }

    private static void moveIfPresent(Path file, Path folder) throws IOException {
        if (Files.exists(file)) {
            Files.move(file, folder.resolve(file.getFileName()));
        }
    }

    /**
     * What the disk says about a model.
     *
     * @param state available, downloaded or failed
     * @param manifest of the installed file
     * @param problem why it failed
     */
    record Standing(ModelState state, Optional<Manifest> manifest, Optional<String> problem) {
        Optional<ByteSize> size() {
            return manifest.map(m -> new ByteSize(m.sizeBytes()));
        }
    }
}
