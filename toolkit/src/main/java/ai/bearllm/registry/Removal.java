package ai.bearllm.registry;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** What removing a model would do; nothing happens until {@link #confirm()}. */
public final class Removal implements Shown {
    private final Registry registry;
    private final Model model;
    private final Library.Standing standing;

    Removal(Registry registry, Model model, Library.Standing standing) {
        this.registry = registry;
        this.model = model;
        this.standing = standing;
    }

    /** Bytes of the model's file; empty where the file is gone already. */
    public Optional<ByteSize> size() {
        return standing.size();
    }

    /** Whether the file belongs to the library. One that was adopted by its path is only forgotten, never touched. */
    public boolean isOwn() {
        return storage() != Manifest.Storage.REFERENCED;
    }

    /**
     * Ends what has the model loaded, then moves its file and manifest to the trash, or forgets it where the file is another's;
     * the model is then no longer active.
     *
     * @return where the file lies now: in the trash, or where it always was
     */
    public Path confirm() {
        return registry.remove(model, standing);
    }

    private Manifest.Storage storage() {
        return standing.manifest().map(Manifest::storage).orElse(Manifest.Storage.OWN);
    }

    @Override
    public Sheet sheet() {
        ModelId id = model.id();
        boolean active = registry.activeId().equals(Optional.of(id));
        OptionalInt conversations = registry.uses().conversations(id);
        return Sheet.of("Removal of " + id)
                .columns("what", "value")
                .row("file", standing.file())
                .row("size", standing.size().orElse(null))
                .row("whose", whose())
                .row("active", active ? "yes; no model will be active" : "no")
                .row("last use", registry.uses().lastUse(id).orElse(null))
                .row("conversations that name it", conversations.isPresent() ? conversations.getAsInt() : null)
                .note("Nothing is removed yet: .confirm() "
                        + (isOwn()
                                ? "moves it to the trash, from where bear.trash().restore(\"" + model.shortName()
                                        + "\") brings it back for " + Trash.RETENTION.toDays() + " days."
                                : "forgets it and leaves the file where it is."))
                .build();
    }

    private String whose() {
        return switch (storage()) {
            case OWN -> "the library's own";
            case LINKED -> "a hard link; its space is freed when its other name is gone too";
            case REFERENCED -> "another program's or your own: it stays";
        };
    }

    @Override
    public String toString() {
        return Shown.line("removal of " + model.shortName()
                + standing.size().map(s -> " (" + s + ")").orElse("")
                + (isOwn() ? ": .confirm() moves it to the trash" : ": .confirm() forgets it"));
    }
}
