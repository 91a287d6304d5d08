package ai.bearllm.bench;

import ai.bearllm.machine.Conditions;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where and when a measurement was made: what is needed to judge and to repeat it. It names no user, host or folder.
 *
 * @param when the start
 * @param toolkit the toolkit's version
 * @param machine the computer
 * @param before what could disturb the measurement, read just before it began
 * @param after the same, read when it had ended
 * @param javaOptions memory and tuning options of this Java; other options are left out, for they may hold secrets
 */
public record Environment(
        Instant when, String toolkit, Machine machine, Conditions before, Conditions after, List<String> javaOptions)
        implements Shown {
    public Environment {
        javaOptions = List.copyOf(javaOptions);
    }

    static Environment of(Instant when, Machine machine, Conditions before, Conditions after) {
        List<String> options = ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.matches("-(X(mx|ms|ss|mn|int)|XX:)[A-Za-z0-9+=.:%-]*"))
                .toList();
        return new Environment(when, toolkitVersion(), withoutPaths(machine), before, after, options);
    }

    /** Folders, and the reasons why natives did not load, name the user. */
    private static Machine withoutPaths(Machine machine) {
        return new Machine(
                machine.processor(),
                machine.cores(),
                machine.memory(),
                machine.system(),
                machine.architecture(),
                machine.java(),
                Optional.empty(),
                machine.gpus(),
                machine.unread().isEmpty() ? List.of() : List.of("Graphics cards could not be looked for."));
    }

    /** From the jar's manifest; a build that is not packaged says so. */
    private static String toolkitVersion() {
        return Optional.ofNullable(Environment.class.getPackage().getImplementationVersion())
                .orElse("not packaged");
    }

    @Override
    public Sheet sheet() {
        Sheet sheet = machine.sheet();
        Sheet.Builder all = Sheet.of("Environment").columns("what", "value");
        all.row("measured at", when).row("toolkit", toolkit);
        sheet.rows().forEach(row -> all.row(row.cells().toArray()));
        all.row("load average before", Samples.boxed(before.loadAverage()));
        all.row("load average after", Samples.boxed(after.loadAverage()));
        all.row("memory available before", available(before).orElse(null));
        all.row("memory available after", available(after).orElse(null));
        all.row("frequency governor", before.governor().orElse(null));
        all.row("Java options", javaOptions.isEmpty() ? "none" : String.join(" ", javaOptions));
        sheet.notes().forEach(all::note);
        return all.build();
    }

    /** What else the machine was doing, as a sentence; empty where it was about idle or does not tell. */
    Optional<String> disturbance() {
        double load = before.loadAverage().orElse(0);
        int threads = machine.cores().usable();
        return load <= threads / 2.0
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "The machine was busy before the measurement began: load average %.1f on %d threads. Its rates are"
                                + " lower and vary more than on an idle machine.",
                        load,
                        threads));
    }

    private static Optional<ByteSize> available(Conditions conditions) {
        return conditions.memory().available();
    }

    @Override
    public String toString() {
        return Shown.line("environment: " + machine.toString().replaceFirst("^machine: ", ""));
    }
}
