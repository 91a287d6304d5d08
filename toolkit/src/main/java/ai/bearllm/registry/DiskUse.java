package ai.bearllm.registry;

import ai.bearllm.machine.Disk;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sheet;
import ai.bearllm.stores.Magic;
import ai.bearllm.table.Tabular;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What uses the space of the home's disk: installed models, parts of downloads, the trash, the quarantine, what the hub answered, and
 * orphans, which are files in the library that no manifest describes. Read anew whenever it is shown.
 */
public final class DiskUse implements Tabular {
    /** A part of a download that nobody continued for so long is taken to be given up. */
    static final Duration STALE = Duration.ofDays(14);

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
        /** What the hub answered: asked for again where it is needed. */
        HUB_ANSWERS("hub answers"),
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
            hubAnswers(items);
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
     * in the trash for longer than {@link Trash#RETENTION} and what the hub answered, which are deleted. Nothing happens until its {@code confirm()}.
     */
    public Pruning prune() {
        Instant expired = clock.instant().minus(Trash.RETENTION);
        return new Pruning(
                library,
                new Trash(library.trash(), clock),
                items().stream()
                        .filter(item -> item.kind() == Kind.STALE_PART
                                || item.kind() == Kind.ORPHAN
                                || item.kind() == Kind.HUB_ANSWERS
                                || (item.kind() == Kind.TRASH && item.changed().isBefore(expired)))
                        .toList());
    }

    static ByteSize sum(List<Item> items) {
        return new ByteSize(
                items.stream().mapToLong(item -> item.size().bytes()).sum());
    }

    private void models(List<Item> items) throws IOException {
        Map<Path, BasicFileAttributes> files = new LinkedHashMap<>();
        Folders.eachFile(home.models(), files::put);
        Map<Path, Manifest> manifests = new HashMap<>();
        Set<Path> counted = new HashSet<>();
        for (Path file : files.keySet()) {
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".json")) {
                Path model = file.resolveSibling(name.substring(0, name.length() - ".json".length()));
                Manifest.readable(model).ifPresent(manifest -> {
                    manifests.put(model, manifest);
                    // The other parts and their signatures are counted with the first one.
                    manifest.others(model).forEach(part -> counted.addAll(List.of(part, SignatureGate.beside(part))));
                });
            }
        }
        files.forEach((file, attributes) -> {
            if (!counted.contains(file)) {
                items.addAll(item(file, attributes, manifests));
            }
        });
    }

    /** The item that a file is; none of what belongs to another. */
    private List<Item> item(Path file, BasicFileAttributes attributes, Map<Path, Manifest> manifests) {
        // Manifest and signature stand beside the file whose name they carry on.
        Path model = file.resolveSibling(String.valueOf(file.getFileName()).replaceFirst("\\.(json|sig)$", ""));
        Optional<Manifest> manifest = Optional.ofNullable(manifests.get(model));
        Instant changed = attributes.lastModifiedTime().toInstant();
        if (manifest.isEmpty()) {
            return List.of(unknown(file, new ByteSize(attributes.size()), changed));
        }
        String id = manifest.get().model().toString();
        if (manifest.get().storage() == Manifest.Storage.REFERENCED) {
            return file.equals(Manifest.beside(model))
                    ? List.of(new Item(
                            Kind.MODEL,
                            manifest.get().location().orElse(file),
                            new ByteSize(0),
                            changed,
                            id + ", adopted where it lies"))
                    : List.of();
        }
        if (!file.equals(model)) {
            return List.of();
        }
        boolean other = Links.hasOtherName(file);
        long bytes = attributes.size() + bytes(manifest.get().others(file));
        return List.of(new Item(
                Kind.MODEL,
                file,
                new ByteSize(other ? 0 : bytes),
                changed,
                id + (other ? ", a link to a file that has another name too" : "")));
    }

    private Item unknown(Path file, ByteSize size, Instant changed) {
        return isForeign(file)
                ? new Item(
                        Kind.FOREIGN,
                        file,
                        size,
                        changed,
                        "left alone; bear.adoptable() offers models that are here already")
                : new Item(Kind.ORPHAN, file, size, changed, "no manifest describes it");
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
        try {
            return Magic.isGguf(file);
        } catch (IOException e) {
            // What cannot be read is nobody's to throw away.
            return true;
        }
    }

    /** All of them as one: they are many and small. */
    private void hubAnswers(List<Item> items) throws IOException {
        long[] sums = new long[2];
        Instant[] newest = {Instant.EPOCH};
        Folders.eachFile(home.hubAnswers(), (file, attributes) -> {
            sums[0]++;
            sums[1] += attributes.size();
            Instant changed = attributes.lastModifiedTime().toInstant();
            newest[0] = changed.isAfter(newest[0]) ? changed : newest[0];
        });
        if (sums[0] > 0) {
            items.add(new Item(
                    Kind.HUB_ANSWERS,
                    home.hubAnswers(),
                    new ByteSize(sums[1]),
                    newest[0],
                    sums[0] + (sums[0] == 1 ? " answer" : " answers")
                            + " of the hub, shown when it cannot be reached"));
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
