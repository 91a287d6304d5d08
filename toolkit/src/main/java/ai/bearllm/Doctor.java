package ai.bearllm;

import ai.bearllm.engine.EngineProvider;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.registry.Adoptable;
import ai.bearllm.store.NetworkFolder;
import ai.bearllm.worker.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What works here, what does not, why, and what to do: looked up at the moment it is shown. */
final class Doctor implements Shown {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Path home;
    private final String display;
    private final List<EngineProvider> engines;
    private final Adoptable adoptable;

    /**
     * @param adoptable looked into, for a short time
     */
    Doctor(Path home, String display, List<EngineProvider> engines, Adoptable adoptable) {
        this.adoptable = adoptable;
        this.home = home;
        this.display = display;
        this.engines = engines;
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("What works here").columns("part", "state", "detail");
        Machine machine = Machine.here();
        machine.sheet()
                .rows()
                .forEach(row -> sheet.row(
                        "machine: " + row.cells().get(0), "found", row.cells().get(1)));
        sheet.row("Java", "works", System.getProperty("java.runtime.name") + " " + Runtime.version());
        sheet.row("shown in", "works", display);
        Optional<String> risk = NetworkFolder.risk(home);
        sheet.row(
                "home",
                risk.isEmpty() ? "works" : "at risk",
                risk.map(why -> home + ": " + why).orElse(home.toString()));
        disk(sheet);
        for (EngineProvider engine : engines) {
            var why = engine.unavailableBecause();
            sheet.row(
                    "engine: " + engine.name(), why.isEmpty() ? "works" : "does not work", why.orElse(engine.build()));
        }
        sandbox(sheet);
        models(sheet);
        return sheet.build();
    }

    /** Only names and first bytes are looked at, so that this stays quick. */
    private void models(Sheet.Builder sheet) {
        OptionalInt count = adoptable.countWithin(LOOK);
        if (count.isEmpty()) {
            sheet.row("models here", "unknown", "looking takes longer; bear.adoptable() looks as long as it takes");
        } else if (count.getAsInt() > 0) {
            sheet.row(
                    "models here",
                    "found",
                    (count.getAsInt() == 1
                                    ? "another program has 1 model"
                                    : "other programs have " + count.getAsInt() + " models")
                            + " that can be used without a download: bear.adoptable()");
        } else {
            sheet.row("models here", "none", "no other program has a model that is not adopted yet");
        }
    }

    private static void sandbox(Sheet.Builder sheet) {
        Isolation.Here here = Isolation.here();
        sheet.row(
                "sandbox",
                here.level().isFenced() ? "works" : "does not work",
                here.level() + ": " + here.level().meaning()
                        + here.better().map(why -> " For a better one: " + why).orElse(""));
    }

    private void disk(Sheet.Builder sheet) {
        try {
            ByteSize free = new ByteSize(Files.getFileStore(home).getUsableSpace());
            sheet.row("disk", "works", free + " free for models");
        } catch (IOException e) {
            sheet.row("disk", "unknown", "The free space of " + home + " cannot be read: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "doctor: .show() prints what works here and what does not";
    }
}
