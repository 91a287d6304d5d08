package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What was removed and can still be brought back. It stays for {@link #RETENTION}; older things are deleted at the next
 * removal.
 */
public final class Trash implements Shown {
    /** How long a removed model can be brought back. */
    public static final Duration RETENTION = Duration.ofDays(30);

    private final Shelf shelf;
    private final Clock clock;

    Trash(Shelf shelf, Clock clock) {
        this.shelf = shelf;
        this.clock = clock;
    }

    /** Bytes of everything in it. */
    public ByteSize size() {
        return new ByteSize(shelf.items().stream().mapToLong(Shelf.Item::bytes).sum());
    }

    /**
     * Puts a removed file back where it was, with its manifest.
     *
     * @param name a part of the removed file's name, in any case; of several that fit, the one removed last is taken
     * @return the file
     * @throws BearException where nothing fits, or something lies in its place now
     */
    public Path restore(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return shelf.items().stream()
                .filter(item -> item.name().toLowerCase(Locale.ROOT).contains(wanted))
                .findFirst()
                .map(shelf::restore)
                .orElseThrow(() -> new BearException(
                        "Nothing in the trash is called \"" + Shown.line(name) + "\".",
                        "bear.trash() shows what is in it."));
    }

    /**
     * Deletes everything in it for good.
     *
     * @return the bytes that this freed
     */
    public ByteSize empty() {
        return delete(shelf.items());
    }

    /** Deletes what has been in it for longer than {@link #RETENTION}. */
    ByteSize deleteExpired() {
        Instant oldest = clock.instant().minus(RETENTION);
        return delete(shelf.items().stream()
                .filter(item -> item.when().isBefore(oldest))
                .toList());
    }

    private ByteSize delete(List<Shelf.Item> items) {
        items.forEach(shelf::delete);
        return new ByteSize(items.stream().mapToLong(Shelf.Item::bytes).sum());
    }

    @Override
    public Sheet sheet() {
        List<Shelf.Item> items = shelf.items();
        Sheet.Builder sheet = Sheet.of("Trash: " + (items.size() == 1 ? "1 thing" : items.size() + " things"))
                .columns("what", "size", "removed", "deleted after", "why");
        for (Shelf.Item item : items) {
            sheet.row(
                    item.from().map(path -> String.valueOf(path.getFileName())).orElse(item.name()),
                    new ByteSize(item.bytes()),
                    item.when(),
                    item.when().plus(RETENTION),
                    item.why());
        }
        return sheet.note(
                        items.isEmpty()
                                ? "Models that you remove come here first."
                                : "bear.trash().restore(\"name\") brings one back; bear.trash().empty() deletes all for good.")
                .build();
    }

    @Override
    public String toString() {
        return "trash in " + Shown.line(String.valueOf(shelf.folder().getFileName()))
                + " (.show() lists it, .restore(\"name\"), .empty())";
    }
}
