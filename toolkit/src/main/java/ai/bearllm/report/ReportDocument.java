package ai.bearllm.report;

import ai.bearllm.bench.BenchPlan;
import ai.bearllm.bench.BenchResult;
import ai.bearllm.bench.Comparison;
import ai.bearllm.bench.Configuration;
import ai.bearllm.bench.Environment;
import ai.bearllm.bench.Estimate;
import ai.bearllm.bench.Interval;
import ai.bearllm.bench.Metric;
import ai.bearllm.bench.Sample;
import ai.bearllm.bench.Samples;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sheet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The report for programs, as it stands in the page's JSON. Fields are only ever added within a version.
 *
 * @param format always {@code bear-report}
 * @param version of this format
 * @param title the report's title
 * @param made when the page was written
 * @param benchmarks in the page's order
 * @param tables other tables and charts' data, every cell as the page shows it
 * @param notes plain paragraphs
 */
record ReportDocument(
        String format,
        int version,
        String title,
        Instant made,
        List<Benchmark> benchmarks,
        List<Table> tables,
        List<String> notes) {
    static final String FORMAT = "bear-report";
    static final int VERSION = 1;

    /**
     * A benchmark: enough to compute everything else anew.
     *
     * @param plan what was to be measured
     * @param environment where and when
     * @param configurations what ran; {@code samples} name them by their place, from 0
     * @param samples every run
     * @param estimates computed from the samples
     * @param comparisons computed from the samples
     */
    record Benchmark(
            BenchPlan plan,
            Environment environment,
            List<Configuration> configurations,
            List<Row> samples,
            List<Value> estimates,
            List<Ratio> comparisons) {
        static Benchmark of(BenchResult result) {
            List<Configuration> configurations = result.configurations();
            List<Row> rows = result.samples().list().stream()
                    .map(sample -> new Row(
                            sample.round(),
                            sample.position(),
                            configurations.indexOf(sample.configuration()),
                            sample.run(),
                            sample.excluded()))
                    .toList();
            List<Value> values = new ArrayList<>();
            for (int i = 0; i < configurations.size(); i++) {
                for (Metric metric : Metric.values()) {
                    int number = i;
                    result.estimate(configurations.get(i), metric)
                            .ifPresent(estimate -> values.add(new Value(number, metric, estimate)));
                }
            }
            List<Ratio> ratios = result.compare().pairs().stream()
                    .map(pair -> new Ratio(
                            configurations.indexOf(pair.first()),
                            configurations.indexOf(pair.second()),
                            pair.metric(),
                            pair.ratio(),
                            pair.interval(),
                            pair.rounds(),
                            pair.verdict()))
                    .toList();
            return new Benchmark(result.plan(), result.environment(), configurations, rows, values, ratios);
        }

        /** The result again, as it was measured. */
        BenchResult result() {
            List<Sample> list = samples.stream()
                    .map(row -> new Sample(
                            row.round(),
                            row.position(),
                            configurations.get(row.configuration()),
                            row.run(),
                            row.excluded()))
                    .toList();
            return new BenchResult(plan, environment, new Samples(list));
        }
    }

    /** One run. */
    record Row(int round, int position, int configuration, Optional<RunRecord> run, Optional<String> excluded) {}

    /** A median with its interval. */
    record Value(int configuration, Metric metric, Estimate estimate) {}

    /** A comparison. */
    record Ratio(
            int first,
            int second,
            Metric metric,
            Optional<Double> ratio,
            Optional<Interval> interval,
            int rounds,
            Comparison.Verdict verdict) {}

    /** A table as text. */
    record Table(String caption, List<String> columns, List<List<String>> rows, List<String> notes) {
        static Table of(Sheet sheet) {
            return new Table(
                    sheet.caption(),
                    sheet.columns().stream().map(Sheet.Column::heading).toList(),
                    sheet.rows().stream()
                            .map(row -> row.cells().stream().map(Sheet::format).toList())
                            .toList(),
                    sheet.notes());
        }
    }

    static ReportDocument of(String title, Instant made, List<Part> parts) {
        List<Benchmark> benchmarks = new ArrayList<>();
        List<Table> tables = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Part.Bench bench) {
                benchmarks.add(Benchmark.of(bench.result()));
            } else if (part instanceof Part.Chart chart) {
                tables.add(Table.of(chart.figure().sheet()));
            } else if (part instanceof Part.Table table) {
                tables.add(Table.of(table.sheet()));
            } else if (part instanceof Part.Note note) {
                notes.add(note.text());
            }
        }
        return new ReportDocument(FORMAT, VERSION, title, made, benchmarks, tables, notes);
    }
}
