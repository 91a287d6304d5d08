package ai.bearllm.bench;

import ai.bearllm.model.BearException;
import ai.bearllm.store.Database;
import ai.bearllm.store.Journal;
import ai.bearllm.store.ProcessMark;
import ai.bearllm.store.Schema;
import ai.bearllm.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Keeps benchmarks in this folder: plans, and each sample as soon as it was measured, so that a benchmark goes on where it was
 * interrupted.
 *
 * <p>Writing appends to this process's journals and opens no database; when it returns, what was written survives the process,
 * however it ends. Reading first merges the journals of all processes. Safe for several threads and processes.
 */
public final class BenchLog implements AutoCloseable {
    private final Store store;
    private final Clock clock;
    private final Journal plans;
    private final Journal samples;

    /**
     * The benchmarks of a folder. Nothing is opened.
     *
     * @param store the folder's store, which stays open when this is closed
     * @param home the folder
     */
    public BenchLog(Store store, Path home, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.plans = Journal.in(home.resolve("bench-journal"), schema().version());
        this.samples = Journal.in(home.resolve("sample-journal"), schema().version());
    }

    /** The tables of benchmarks and how they came about. */
    public static Schema schema() {
        return BenchTables.SCHEMA;
    }

    /**
     * A new benchmark, which runs now; kept when this returns.
     *
     * @param plan JSON
     * @param environment JSON; empty where unknown
     * @param source whose measurement it is; empty for the toolkit's own
     * @throws BearException where it cannot be written
     */
    public KeptPlan begin(String title, String plan, Optional<String> environment, Optional<String> source) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        KeptPlan begun = new KeptPlan(
                UUID.randomUUID(),
                1,
                now,
                now,
                title,
                plan,
                environment,
                KeptPlan.State.RUNNING,
                Optional.of(ProcessMark.here()),
                source);
        plans.append(BenchTables.json(begun));
        return begun;
    }

    /**
     * Keeps how far a benchmark is; one that is {@link KeptPlan.State#RUNNING} then runs in this process.
     *
     * @throws BearException where it cannot be written
     */
    public KeptPlan note(KeptPlan plan, KeptPlan.State state) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        KeptPlan next = new KeptPlan(
                plan.id(),
                Math.max(plan.revision() + 1, ChronoUnit.MICROS.between(Instant.EPOCH, now)),
                plan.created(),
                now,
                plan.title(),
                plan.plan(),
                plan.environment(),
                state,
                state == KeptPlan.State.RUNNING ? Optional.of(ProcessMark.here()) : Optional.empty(),
                plan.source());
        plans.append(BenchTables.json(next));
        return next;
    }

    /**
     * Keeps a sample.
     *
     * @throws BearException where it cannot be written
     */
    public void add(KeptSample sample) {
        samples.append(BenchTables.json(sample));
    }

    /** All benchmarks, the newest first. */
    public List<KeptPlan> plans() {
        return ask(database ->
                database.query("select * from bench_plans order by created_at desc, id", BenchTables::plan));
    }

    /** A benchmark; empty where there is none. */
    public Optional<KeptPlan> find(UUID plan) {
        return ask(database -> database.first("select * from bench_plans where id = ?", BenchTables::plan, plan));
    }

    /** The samples of a benchmark in the order in which they ran. */
    public List<KeptSample> samples(UUID plan) {
        return ask(database -> database.query(
                "select * from bench_samples where plan = ? order by position, measured_at, id",
                BenchTables::sample,
                plan));
    }

    /**
     * Erases a benchmark with its samples for good.
     *
     * @return how many samples were erased
     */
    public long erase(UUID plan) {
        close();
        return ask(database -> {
            database.update("delete from bench_plans where id = ?", plan);
            long erased = database.update("delete from bench_samples where plan = ?", plan);
            plans.forgetMerged(database);
            samples.forgetMerged(database);
            return erased;
        });
    }

    private <T> T ask(Function<Database, T> question) {
        return store.write(schema(), database -> {
            samples.merge(database, BenchTables.SAMPLES);
            plans.merge(database, BenchTables.PLANS);
            return question.apply(database);
        });
    }

    /** Finishes this process's journals; what is written later begins others. The store stays open. */
    @Override
    public void close() {
        plans.close();
        samples.close();
    }
}
