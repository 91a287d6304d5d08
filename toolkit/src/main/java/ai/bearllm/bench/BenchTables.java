package ai.bearllm.bench;

import ai.bearllm.store.Journal;
import ai.bearllm.store.ProcessMark;
import ai.bearllm.store.RecordTable;
import ai.bearllm.store.Row;
import ai.bearllm.store.Schema;
import ai.bearllm.usage.RunColumns;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables of benchmarks: how plans and samples become a journal's records, rows, and values again. */
final class BenchTables {
    static final Schema SCHEMA = Schema.of("bench", BenchTables.class, "1-samples.sql");
    static final Journal.Merger PLANS = RecordTable.replacing("bench_plans");
    static final Journal.Merger SAMPLES = RecordTable.adding("bench_samples");

    private static final JsonFactory JSON = new JsonFactory();

    private BenchTables() {}

    static String json(KeptPlan plan) {
        return json(out -> {
            text(out, "id", plan.id());
            out.writeNumberField("revision", plan.revision());
            moment(out, "created_at", plan.created());
            moment(out, "changed_at", plan.changed());
            text(out, "title", plan.title());
            text(out, "plan", plan.plan());
            optional(out, "environment", plan.environment());
            text(out, "state", plan.state().name());
            optional(out, "writer", plan.writer());
            optional(out, "source", plan.source());
        });
    }

    static String json(KeptSample sample) {
        return json(out -> {
            text(out, "id", sample.id());
            text(out, "plan", sample.plan());
            out.writeNumberField("position", sample.position());
            out.writeNumberField("round", sample.round());
            text(out, "configuration", sample.configuration());
            out.writeObjectFieldStart("settings");
            for (Map.Entry<String, String> setting : sample.settings().entrySet()) {
                out.writeStringField(setting.getKey(), setting.getValue());
            }
            out.writeEndObject();
            moment(out, "measured_at", sample.measured());
            if (!sample.tokenTimesMillis().isEmpty()) {
                out.writeArrayFieldStart("token_times_ms");
                for (double time : sample.tokenTimesMillis()) {
                    out.writeNumber(time);
                }
                out.writeEndArray();
            }
            conditions(out, sample.conditions());
            optional(out, "excluded", sample.excluded());
            optional(out, "failure", sample.failure());
            if (sample.run().isPresent()) {
                text(out, "run", sample.run().get().id());
                RunColumns.write(out, sample.run().get(), Optional.empty());
            }
        });
    }

    private static void conditions(JsonGenerator out, KeptSample.Conditions conditions) throws IOException {
        flag(out, "cold", conditions.cold());
        if (conditions.loadAverage().isPresent()) {
            out.writeNumberField("load_average", conditions.loadAverage().getAsDouble());
        }
        flag(out, "throttled", conditions.throttled());
        flag(out, "on_battery", conditions.onBattery());
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

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    private static String json(Fields fields) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void text(JsonGenerator out, String column, Object value) throws IOException {
        out.writeStringField(column, value.toString());
    }

    private static void moment(JsonGenerator out, String column, Instant value) throws IOException {
        text(out, column, value.truncatedTo(ChronoUnit.MICROS));
    }

    private static void optional(JsonGenerator out, String column, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            text(out, column, value.get());
        }
    }

    private static void flag(JsonGenerator out, String column, Optional<Boolean> value) throws IOException {
        if (value.isPresent()) {
            out.writeBooleanField(column, value.get());
        }
    }
}
