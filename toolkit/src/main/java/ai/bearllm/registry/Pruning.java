package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What pruning would do; nothing happens until {@link #confirm()}. */
public final class Pruning implements Shown {
    private final Library library;
    private final Trash trash;
    private final List<DiskUse.Item> items;

    Pruning(Library library, Trash trash, List<DiskUse.Item> items) {
        this.library = library;
        this.trash = trash;
        this.items = List.copyOf(items);
    }

    /** Bytes of what would go; those that go to the trash are freed when that is emptied. */
    public ByteSize size() {
        return DiskUse.sum(items);
    }

    /**
     * Deletes what has been in the trash for too long and what the hub answered, and moves the rest to the trash.
     *
     * @return the bytes that went
     */
    public ByteSize confirm() {
        trash.deleteExpired();
        for (DiskUse.Item item : items) {
            switch (item.kind()) {
                case TRASH -> {
                    // Gone already.
                }
                case HUB_ANSWERS -> delete(item.path());
                default -> library.trash().take(item.path(), "pruned: " + item.detail());
            }
        }
        return size();
    }

    private static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (NoSuchFileException e) {
            // Somebody else was faster.
        } catch (IOException e) {
            throw new BearException(
                    folder + " could not be deleted: " + e + ".", "Check its permissions, then try again.", e);
        }
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(items.isEmpty() ? "Nothing to prune" : "Pruning of " + size())
                .columns("kind", "file", "size", "changed", "what happens");
        for (DiskUse.Item item : items) {
            sheet.row(
                    item.kind(),
                    item.path(),
                    item.size(),
                    item.changed(),
                    switch (item.kind()) {
                        case TRASH -> "deleted for good";
                        case HUB_ANSWERS -> "deleted; the hub is asked again";
                        default -> "moved to the trash";
                    });
        }
        return items.isEmpty()
                ? sheet.note("Everything here is in use or can still be brought back.")
                        .build()
                : sheet.note("Nothing is removed yet: .confirm() does it.").build();
    }

    @Override
    public String toString() {
        return items.isEmpty() ? "nothing to prune" : "pruning of " + size() + ": .confirm() does it, .show() lists it";
    }
}
