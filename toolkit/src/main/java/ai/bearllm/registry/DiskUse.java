package ai.bearllm.registry;

import ai.bearllm.machine.Disk;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sheet;
import ai.bearllm.table.Tabular;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What uses the space of the home's disk: installed models, parts of downloads, the trash, the quarantine, and orphans, which
 * are files in the library that no manifest describes. Read anew whenever it is shown.
 */
public final class DiskUse implements Tabular {
    /** A part of a download that nobody continued for so long is taken to be given up. */
    static final Duration STALE = Duration.ofDays(14);

    /** How a GGUF file begins. */
    private static final byte[] MAGIC = {'G', 'G', 'U', 'F'};

    private final Home home;
    private final Library library;
    private final Clock clock;

    DiskUse(Home home, Library library, Clock clock) {
        this.home = home;
        this.library = library;
        this.clock = clock;
    }

    /** What a file in the home is. */
    public enum Kind {
        /** An installed model with its manifest. */
        MODEL("model"),
        /** A part of a download that is under way or can be continued. */
        PART("part of a download"),
        /** A part of a download that nobody has continued for two weeks. */
        STALE_PART("given-up part of a download"),
        /** A model's file that Bear did not put there: another program's, or the user's own. It can be adopted, and is never pruned. */
        FOREIGN("not Bear's"),
        /** A file in the library that no manifest describes, left by a crash. */
        ORPHAN("orphan"),
        /** Removed, and can still be brought back. */
        TRASH("trash"),
        /** Failed a check: evidence. */
        QUARANTINE("quarantine");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * One thing that uses space.
     *
     * @param kind what it is
     * @param path the file, or the folder of a thing in the trash
     * @param size bytes that it takes; 0 for an adopted model's file that lies elsewhere or has another name too
     * @param changed when it was last written to
     * @param detail in words for people
     */
    public record Item(Kind kind, Path path, ByteSize size, Instant changed, String detail) {}

    /** Everything that uses space, the largest first. */
    public List<Item> items() {
        List<Item> items = new ArrayList<>();
        try {
            models(items);
            parts(items);
        } catch (IOException e) {
            throw new BearException(home.path() + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
        shelf(items, library.trash(), Kind.TRASH);
        shelf(items, library.quarantine(), Kind.QUARANTINE);
        items.sort((a, b) -> Long.compare(b.size().bytes(), a.size().bytes()));
        return items;
    }

    /** Bytes of all of it. */
    public ByteSize size() {
        return sum(items());
    }

    /**
     * What could go without losing anything that is in use: given-up parts and orphans, which go to the trash, and what has been
     * in the trash for longer than {@link Trash#RETENTION}, which is deleted. Nothing happens until its {@code confirm()}.
     */
    public Pruning prune() {
        Instant expired = clock.instant().minus(Trash.RETENTION);
        return new Pruning(
                library,
                new Trash(library.trash(), clock),
                items().stream()
                        .filter(item -> item.kind() == Kind.STALE_PART
                                || item.kind() == Kind.ORPHAN
                                || (item.kind() == Kind.TRASH && item.changed().isBefore(expired)))
                        .toList());
    }

    static ByteSize sum(List<Item> items) {
        return new ByteSize(
                items.stream().mapToLong(item -> item.size().bytes()).sum());
    }

    private void models(List<Item> items) throws IOException {
        Set<Path> parts = partsOfModels();
        Folders.eachFile(home.models(), (file, attributes) -> {
            if (parts.contains(file)) {
                // Counted with the first part.
                return;
            }
            // Manifest and signature stand beside the file whose name they carry on.
            String name = String.valueOf(file.getFileName());
            Path model = file.resolveSibling(name.replaceFirst("\\.(json|sig)$", ""));
            Optional<Manifest> manifest = readable(model);
            Instant changed = attributes.lastModifiedTime().toInstant();
            if (manifest.isEmpty()) {
                boolean foreign = isForeign(file);
                items.add(new Item(
                        foreign ? Kind.FOREIGN : Kind.ORPHAN,
                        file,
                        new ByteSize(attributes.size()),
                        changed,
                        foreign
                                ? "left alone; bear.adoptable() offers models that are here already"
                                : "no manifest describes it"));
            } else if (manifest.get().storage() == Manifest.Storage.REFERENCED) {
                items.add(new Item(
                        Kind.MODEL,
                        manifest.get().location().orElse(file),
                        new ByteSize(0),
                        changed,
                        manifest.get().model() + ", adopted where it lies"));
            } else if (file.equals(model)) {
                boolean other = Links.hasOtherName(file);
                items.add(new Item(
                        Kind.MODEL,
                        file,
                        new ByteSize(
                                other
                                        ? 0
                                        : attributes.size()
                                                + bytes(manifest.get().others(file))),
                        changed,
                        manifest.get().model() + (other ? ", a link to a file that has another name too" : "")));
            }
        });
    }

    /** The files that are there because a split model's manifest names them, and their signatures. */
    private Set<Path> partsOfModels() throws IOException {
        Set<Path> parts = new HashSet<>();
        Folders.eachFile(home.models(), (file, attributes) -> {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".json")) {
                Path model = file.resolveSibling(name.substring(0, name.length() - ".json".length()));
                readable(model)
                        .ifPresent(manifest -> manifest.others(model).forEach(part -> {
                            parts.add(part);
                            parts.add(SignatureGate.beside(part));
                        }));
            }
        });
        return parts;
    }

    private static long bytes(List<Path> files) {
        return files.stream()
                .flatMap(file -> FileStamp.ofContent(file).stream())
                .mapToLong(FileStamp::sizeBytes)
                .sum();
    }

    /** The desktop application keeps its files at the top; deeper ones are somebody's where they begin as models do. */
    private boolean isForeign(Path file) {
        if (home.models().equals(file.getParent())) {
            return true;
        }
        try (InputStream start = Files.newInputStream(file)) {
            return Arrays.equals(start.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException e) {
            // What cannot be read is nobody's to throw away.
            return true;
        }
    }

    /** A manifest that cannot be read describes nothing. */
    private static Optional<Manifest> readable(Path model) {
        try {
            return Manifest.read(model);
        } catch (BearException e) {
            return Optional.empty();
        }
    }

    private void parts(List<Item> items) throws IOException {
        Instant stale = clock.instant().minus(STALE);
        Folders.eachFile(home.downloads(), (file, attributes) -> {
            Instant changed = attributes.lastModifiedTime().toInstant();
            items.add(new Item(
                    changed.isBefore(stale) ? Kind.STALE_PART : Kind.PART,
                    file,
                    new ByteSize(attributes.size()),
                    changed,
                    changed.isBefore(stale) ? "nobody has continued it since" : "under way, or can be continued"));
        });
    }

    private static void shelf(List<Item> items, Shelf shelf, Kind kind) {
        shelf.items()
                .forEach(item ->
                        items.add(new Item(kind, item.folder(), new ByteSize(item.bytes()), item.when(), item.why())));
    }

    @Override
    public Sheet sheet() {
        List<Item> items = items();
        Disk disk = Disk.at(home.path());
        Sheet.Builder sheet = Sheet.of("Disk: " + sum(items) + " used by models and what belongs to them")
                .columns("kind", "file", "size", "changed", "detail");
        for (Item item : items) {
            Path shown = item.path().startsWith(home.path()) ? home.path().relativize(item.path()) : item.path();
            sheet.row(item.kind(), shown, item.size(), item.changed(), item.detail());
        }
        sheet.note(disk.free().map(free -> free + " are free.").orElse("How much is free is unknown."));
        ByteSize prunable = prune().size();
        if (prunable.bytes() > 0) {
            sheet.note("bear.disk().prune() shows what could go: " + prunable + ".");
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        return "disk use of Bear's home (.show() lists it, .prune() shows what could go)";
    }
}
