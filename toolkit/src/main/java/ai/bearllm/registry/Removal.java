package ai.bearllm.registry;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.Optional;

/** What removing a model would do; nothing happens until {@link #confirm()}. */
public final class Removal implements Shown {
    private final Registry registry;
    private final Model model;
    private final Path file;
    private final Optional<ByteSize> size;

    Removal(Registry registry, Model model, Path file, Optional<ByteSize> size) {
        this.registry = registry;
        this.model = model;
        this.file = file;
        this.size = size;
    }

    /** Bytes on disk; empty where the file is gone already. */
    public Optional<ByteSize> size() {
        return size;
    }

    /**
     * Moves the file and its manifest to the trash; the model is then no longer active.
     *
     * @return the folder in the trash where they lie now
     */
    public Path confirm() {
        return registry.remove(model, file);
    }

    @Override
    public Sheet sheet() {
        boolean active = registry.activeId().equals(Optional.of(model.id()));
        return Sheet.of("Removal of " + model.id())
                .columns("what", "value")
                .row("file", file)
                .row("size", size.orElse(null))
                .row("active", active ? "yes; no model will be active" : "no")
                .note("Nothing is removed yet: .confirm() moves it to the trash.")
                .build();
    }

    @Override
    public String toString() {
        return "removal of " + model.shortName() + size.map(s -> " (" + s + ")").orElse("")
                + ": .confirm() moves it to the trash";
    }
}
