package ai.bearllm.bench;

import ai.bearllm.store.Journal;
import ai.bearllm.store.ProcessMark;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;
import ai.bearllm.store.Schema;
import ai.bearllm.usage.RecordJson;
import ai.bearllm.usage.RunColumns;
import java.util.List;
import java.util.Optional;

/** The tables of benchmarks: how plans and samples become a journal's records, rows, and values again. */
final class BenchTables {
    static final Schema SCHEMA = Schema.of("bench", BenchTables.class, "1-samples.sql");
    static final Journal.Merger PLANS = RecordTable.replacing("bench_plans");
    static final Journal.Merger SAMPLES = RecordTable.adding("bench_samples");

    private BenchTables() {}

    static String json(KeptPlan plan) {
        return RecordJson.of(to -> {
            to.text("id", plan.id());
            to.number("revision", plan.revision());
            to.moment("created_at", plan.created());
            to.moment("changed_at", plan.changed());
            to.text("title", plan.title());
            to.text("plan", plan.plan());
            to.text("environment", plan.environment());
            to.text("state", plan.state().name());
            to.text("writer", plan.writer());
            to.text("source", plan.source());
        });
    }

    static String json(KeptSample sample) {
        return RecordJson.of(to -> {
            to.text("id", sample.id());
            to.text("plan", sample.plan());
            to.number("position", sample.position());
            to.number("round", sample.round());
            to.text("configuration", sample.configuration());
            to.texts("settings", sample.settings());
            to.moment("measured_at", sample.measured());
            to.reals("token_times_ms", sample.tokenTimesMillis());
            KeptSample.Conditions conditions = sample.conditions();
            to.flag("cold", conditions.cold());
            if (conditions.loadAverage().isPresent()) {
                to.real("load_average", conditions.loadAverage().getAsDouble());
            }
            to.flag("throttled", conditions.throttled());
            to.flag("on_battery", conditions.onBattery());
            to.text("excluded", sample.excluded());
            to.text("failure", sample.failure());
            to.run(sample.run());
        });
    }

    static KeptPlan plan(Row row) {
        Optional<ProcessMark> writer = row.string("writer").flatMap(ProcessMark::parse);
        KeptPlan.State state = KeptPlan.State.valueOf(row.string("state").orElseThrow());
        boolean gone = state == KeptPlan.State.RUNNING
                && writer.map(ProcessMark::isGone).orElse(true);
        return new KeptPlan(
                row.uuid("id").orElseThrow(),
                row.whole("revision").orElseThrow(),
                row.instant("created_at").orElseThrow(),
                row.instant("changed_at").orElseThrow(),
                row.string("title").orElseThrow(),
                row.string("plan").orElseThrow(),
                row.string("environment"),
                gone ? KeptPlan.State.INTERRUPTED : state,
                writer,
                row.string("source"));
    }

    static KeptSample sample(Row row) {
        List<?> times = row.value("token_times_ms", List.class).orElse(List.of());
        return new KeptSample(
                row.uuid("id").orElseThrow(),
                row.uuid("plan").orElseThrow(),
                row.integer("position").orElseThrow(),
                row.integer("round").orElseThrow(),
                row.string("configuration").orElseThrow(),
                row.texts("settings"),
                row.instant("measured_at").orElseThrow(),
                times.stream().map(time -> ((Number) time).doubleValue()).toList(),
                new KeptSample.Conditions(
                        row.flag("cold"), row.real("load_average"), row.flag("throttled"), row.flag("on_battery")),
                row.string("excluded"),
                row.string("failure"),
                row.uuid("run").map(id -> RunColumns.read(row, "run")));
    }
}
