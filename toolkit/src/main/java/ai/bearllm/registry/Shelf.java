package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A folder where files lie that were taken out of use, each with its manifest in a folder of its own and a note that says
 * whence, when and why: the trash and the quarantine.
 */
final class Shelf {
    private static final String NOTE = "taken.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path folder;
    private final Clock clock;

    Shelf(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * What lies on a shelf.
     *
     * @param folder where it lies
     * @param from where the file was; empty where its note is missing or damaged
     * @param when it was taken out of use
     * @param why in words for people
     * @param bytes of all files in the folder
     */
    record Item(Path folder, Optional<Path> from, Instant when, String why, long bytes) {
        String name() {
            return String.valueOf(folder.getFileName());
        }
    }

    Path folder() {
        return folder;
    }

    /**
     * Moves a model's file, the other parts that its manifest names, and the manifest here; what is missing of them is passed
     * over.
     *
     * @return the folder where they lie now
     */
    Path take(Path file, String why) {
        return take(file, others(file), why);
    }

    /** The other parts, as the manifest beside the first one has them; a damaged manifest names none. */
    private static List<Path> others(Path file) {
        try {
            return Manifest.read(file).map(manifest -> manifest.others(file)).orElse(List.of());
        } catch (BearException e) {
            return List.of();
        }
    }

    /** As {@link #take(Path, String)}, where the caller knows what else belongs to the file, in the same folder. */
    Path take(Path file, List<Path> others, String why) {
        try {
            Path place = newFolder(String.valueOf(file.getFileName()));
            ObjectNode note = JSON.createObjectNode();
            note.put("from", file.toAbsolutePath().toString());
            note.put("when", clock.instant().toString());
            note.put("why", why);
            Home.replace(
                    place.resolve(NOTE), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(note));
            // The manifest goes first: a file without one is merely unknown, a manifest without its file is a fault.
            moveIfPresent(Manifest.beside(file), place);
            moveIfPresent(SignatureGate.beside(file), place);
            moveIfPresent(file, place);
            for (Path other : others) {
                moveIfPresent(SignatureGate.beside(other), place);
                moveIfPresent(other, place);
            }
            return place;
        } catch (IOException e) {
            throw new BearException(
                    file + " could not be moved to " + folder + ": " + e + ".",
                    "Close what uses it, check permissions and free space, and try again; nothing was deleted.",
                    e);
        }
    }

    private Path newFolder(String name) throws IOException {
        Files.createDirectories(folder);
        String stem = STAMP.format(clock.instant()) + "-" + name;
        for (int i = 1; ; i++) {
            Path place = folder.resolve(i == 1 ? stem : stem + "-" + i);
            if (!Files.exists(place)) {
                return Files.createDirectory(place);
            }
        }
    }

    private static void moveIfPresent(Path file, Path place) throws IOException {
        if (Files.exists(file)) {
            Files.move(file, place.resolve(file.getFileName()));
        }
    }

    /** Everything that lies here, the newest first. */
    List<Item> items() {
        List<Item> items = new ArrayList<>();
        try (DirectoryStream<Path> places = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path place : places) {
                items.add(item(place));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new BearException(folder + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
        items.sort(Comparator.comparing(Item::when).reversed());
        return items;
    }

    private static Item item(Path place) throws IOException {
        long bytes = Folders.bytes(place);
        try {
            JsonNode note = JSON.readTree(Files.readAllBytes(place.resolve(NOTE)));
            return new Item(
                    place,
                    Optional.of(Path.of(note.path("from").asText())),
                    Instant.parse(note.path("when").asText()),
                    note.path("why").asText(),
                    bytes);
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            // Somebody else's folder, or one of a version without notes.
            return new Item(
                    place, Optional.empty(), Files.getLastModifiedTime(place).toInstant(), "unknown", bytes);
        }
    }

    /**
     * Moves an item's files back to where they were.
     *
     * @return the file
     * @throws BearException where something lies there now, or nobody knows where they were
     */
    Path restore(Item item) {
        Path file = item.from()
                .orElseThrow(() -> new BearException(
                        "Nobody noted where the files in " + item.folder() + " came from.",
                        "Move them by hand, or add the file again with bear.add(\"...\")."));
        if (Files.exists(file)) {
            throw new BearException(
                    "Something lies at " + file + " again, so the removed file cannot be put back there.",
                    "Remove the model first, or leave it as it is.");
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path name = file.getFileName();
            Path kept = item.folder().resolve(name);
            List<Path> others = others(kept);
            for (Path other : others) {
                Path there = file.resolveSibling(other.getFileName());
                if (Files.exists(there)) {
                    throw new BearException(
                            "Something lies at " + there
                                    + " again, so a part of the removed model cannot be put back there.",
                            "Remove it first, or leave the model as it is.");
                }
            }
            for (Path other : others) {
                moveBack(other, file.resolveSibling(other.getFileName()));
                moveBack(SignatureGate.beside(other), SignatureGate.beside(file.resolveSibling(other.getFileName())));
            }
            moveBack(kept, file);
            moveBack(SignatureGate.beside(kept), SignatureGate.beside(file));
            moveBack(Manifest.beside(kept), Manifest.beside(file));
            Folders.delete(item.folder());
            return file;
        } catch (IOException e) {
            throw new BearException(
                    "The files in " + item.folder() + " could not be moved back to " + file + ": " + e + ".",
                    "Check permissions and free space, then try again; nothing was deleted.",
                    e);
        }
    }

    private static void moveBack(Path kept, Path place) throws IOException {
        if (Files.exists(kept)) {
            Files.move(kept, place);
        }
    }

    /** Deletes an item for good. */
    void delete(Item item) {
        try {
            Folders.delete(item.folder());
        } catch (IOException e) {
            throw new BearException(
                    item.folder() + " could not be deleted: " + e + ".", "Check its permissions, then try again.", e);
        }
    }
}
