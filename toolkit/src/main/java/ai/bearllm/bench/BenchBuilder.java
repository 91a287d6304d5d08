package ai.bearllm.bench;

import ai.bearllm.machine.Machine;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import ai.bearllm.run.SessionFactory;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Chooses what a benchmark measures; each step returns a new choice, {@link #run()} does the work.
 *
 * <p>Every model is measured on every engine. All of them stay loaded until the end, because only samples that alternate can
 * be compared: together they must fit in memory.
 */
public final class BenchBuilder implements Shown {
    private final SessionFactory sessions;
    private final Supplier<ProgressListener> progress;
    private final Supplier<Machine> machine;
    private final BenchPlan plan;

    private BenchBuilder(
            SessionFactory sessions, Supplier<ProgressListener> progress, Supplier<Machine> machine, BenchPlan plan) {
        this.sessions = sessions;
        this.progress = progress;
        this.machine = machine;
        this.plan = plan;
    }

    /**
     * The active model on the default engine, 512 tokens in, 128 out, 10 samples.
     *
     * @param progress makes the listener of a run; called once a run
     * @param machine reads the machine; called once a run
     */
    public static BenchBuilder of(
            SessionFactory sessions, Supplier<ProgressListener> progress, Supplier<Machine> machine) {
        return new BenchBuilder(sessions, progress, machine, BenchPlan.DEFAULT);
    }

    /** Measures these models: ids, aliases or short names. */
    public BenchBuilder models(String... names) {
        return with(new BenchPlan(
                List.of(names),
                plan.engines(),
                plan.promptTokens(),
                plan.generatedTokens(),
                plan.rounds(),
                plan.threads(),
                plan.seed()));
    }

    /** Measures on these engines, for example {@code llama.cpp}. */
    public BenchBuilder engines(String... names) {
        return with(new BenchPlan(
                plan.models(),
                List.of(names),
                plan.promptTokens(),
                plan.generatedTokens(),
                plan.rounds(),
                plan.threads(),
                plan.seed()));
    }

    /** With prompts of exactly this many tokens, at least 4. */
    public BenchBuilder prompt(int tokens) {
        return with(new BenchPlan(
                plan.models(),
                plan.engines(),
                tokens,
                plan.generatedTokens(),
                plan.rounds(),
                plan.threads(),
                plan.seed()));
    }

    /** Generating exactly this many tokens. */
    public BenchBuilder generate(int tokens) {
        return with(new BenchPlan(
                plan.models(),
                plan.engines(),
                plan.promptTokens(),
                tokens,
                plan.rounds(),
                plan.threads(),
                plan.seed()));
    }

    /** Measuring each configuration this often; a verdict needs at least 6. */
    public BenchBuilder samples(int count) {
        return with(new BenchPlan(
                plan.models(),
                plan.engines(),
                plan.promptTokens(),
                plan.generatedTokens(),
                count,
                plan.threads(),
                plan.seed()));
    }

    /** With this many computing threads. */
    public BenchBuilder threads(int count) {
        return with(new BenchPlan(
                plan.models(),
                plan.engines(),
                plan.promptTokens(),
                plan.generatedTokens(),
                plan.rounds(),
                OptionalInt.of(count),
                plan.seed()));
    }

    /** With this seed for the prompts, the order within each round, and the bootstrap. */
    public BenchBuilder seed(long value) {
        return with(new BenchPlan(
                plan.models(),
                plan.engines(),
                plan.promptTokens(),
                plan.generatedTokens(),
                plan.rounds(),
                plan.threads(),
                value));
    }

    /** As this plan says, for example that of an earlier result. */
    public BenchBuilder with(BenchPlan other) {
        return new BenchBuilder(sessions, progress, machine, other);
    }

    /** What {@link #run()} will do. */
    public BenchPlan plan() {
        return plan;
    }

    /**
     * Measures, and waits with live progress. A stopped cell ends the benchmark: its samples so far are dropped here, and stay
     * in the usage statistics as single runs.
     *
     * @throws BearException where a model cannot be loaded, or its context is too small for prompt and answer
     * @throws java.util.concurrent.CancellationException if stopped
     */
    public BenchResult run() {
        return run(Cancellation.create());
    }

    /** As {@link #run()}, and ends when the cancellation is asked for. */
    public BenchResult run(Cancellation cancellation) {
        BenchRunner runner = new BenchRunner(plan, sessions, progress.get().guarded(), cancellation);
        return Task.await("bench", cancellation, () -> runner.run(machine));
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Benchmark, not yet run").columns("what", "value");
        sheet.row("models", names(plan.models(), "the active one"));
        sheet.row("engines", names(plan.engines(), "the default"));
        sheet.row("prompt tokens", plan.promptTokens());
        sheet.row("generated tokens", plan.generatedTokens());
        sheet.row("samples", plan.rounds());
        sheet.row("threads", plan.threads().isPresent() ? plan.threads().getAsInt() : "the engine's default");
        sheet.row("seed", plan.seed());
        return sheet.note("Nothing is measured yet: .run() does it.").build();
    }

    static String names(List<String> names, String unnamed) {
        return String.join(
                ", ",
                names.stream().map(name -> name.isEmpty() ? unnamed : name).toList());
    }

    @Override
    public String toString() {
        return Shown.line("benchmark, not yet run: " + plan.promptTokens() + " tokens in, " + plan.generatedTokens()
                + " out, " + plan.rounds() + " samples; .run() does it");
    }
}
