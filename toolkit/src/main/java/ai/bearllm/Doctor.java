package ai.bearllm;

import ai.bearllm.engine.EngineProvider;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.store.NetworkFolder;
import ai.bearllm.worker.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What works here, what does not, why, and what to do: looked up at the moment it is shown. */
final class Doctor implements Shown {
    private final Path home;
    private final String display;
    private final List<EngineProvider> engines;

    Doctor(Path home, String display, List<EngineProvider> engines) {
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
        return sheet.build();
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
