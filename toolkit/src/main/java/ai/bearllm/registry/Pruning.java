package ai.bearllm.registry;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
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
     * Deletes what has been in the trash for too long, and moves the rest there.
     *
     * @return the bytes that went
     */
    public ByteSize confirm() {
        trash.deleteExpired();
        for (DiskUse.Item item : items) {
            if (item.kind() != DiskUse.Kind.TRASH) {
                library.trash().take(item.path(), "pruned: " + item.detail());
            }
        }
        return size();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(items.isEmpty() ? "Nothing to prune" : "Pruning of " + size())
                .columns("kind", "file", "size", "changed", "what happens");
        for (DiskUse.Item item : items) {
            boolean old = item.kind() == DiskUse.Kind.TRASH;
            sheet.row(
                    item.kind(),
                    item.path(),
                    item.size(),
                    item.changed(),
                    old ? "deleted for good" : "moved to the trash");
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
