package ai.bearllm.store;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What can be done about a database that cannot be opened. A preview: {@link #confirm()} sets the file aside under another name
 * and puts a copy of the newest good backup in its place, or leaves the place free for an empty database. Nothing is deleted.
 */
public final class Recovery implements Shown {
    private final Store store;
    private final Opening opening;
    private final Optional<String> trouble;
    private final List<Backup> backups;

    private Recovery(Store store, Opening opening, Optional<String> trouble, List<Backup> backups) {
        this.store = store;
        this.opening = opening;
        this.trouble = trouble;
        this.backups = backups;
    }

    /**
     * A copy of the database from before a migration.
     *
     * @param file the copy
     * @param made when it was made
     * @param size its size
     * @param trouble why it cannot be used; empty for a good one
     */
    public record Backup(Path file, Instant made, ByteSize size, Optional<String> trouble) {}

    /** Looks at the closed files. */
    static Recovery of(Store store, Opening opening) {
        Optional<String> trouble = opening.trouble(store.file());
        List<Backup> backups = opening.backups();
        return new Recovery(store, opening, trouble, backups);
    }

    /** Why the database cannot be opened; empty where it can, and there is nothing to recover. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** The copies that there are, the newest first. */
    public List<Backup> backups() {
        return backups;
    }

    /**
     * Sets the file aside and goes on with the newest good backup, or with an empty database.
     *
     * @return where the file is now; empty where it was good and nothing was done
     * @throws BearException where the folder cannot be written
     */
    public Optional<Path> confirm() {
        if (trouble.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(store.closed(() -> opening.replace(newest())));
    }

    private Optional<Path> newest() {
        return backups.stream()
                .filter(backup -> backup.trouble().isEmpty())
                .map(Backup::file)
                .findFirst();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("file", "made", "size", "state");
        sheet.row(store.file().getFileName().toString(), null, null, trouble.orElse("good"));
        backups.forEach(backup -> sheet.row(
                backup.file().getFileName().toString(),
                backup.made(),
                backup.size(),
                backup.trouble().orElse("good")));
        if (trouble.isEmpty()) {
            sheet.note("The database is good; there is nothing to do.");
        } else {
            sheet.note("confirm() sets the damaged file aside, deletes nothing, and "
                    + newest().map(copy -> "goes on with a copy of " + copy.getFileName() + ".")
                            .orElse("starts an empty database: there is no good backup."));
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        return Shown.line(
                trouble.isEmpty() ? "database: good" : "database: damaged, " + backups.size() + " backups; show()");
    }
}
