package ai.bearllm.report;

import ai.bearllm.bench.BenchResult;
import ai.bearllm.bench.Comparison;
import ai.bearllm.bench.Configuration;
import ai.bearllm.bench.Metric;
import ai.bearllm.bench.Sample;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.table.Html;
import ai.bearllm.table.Tables;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes a benchmark: what it shows first, then how it was measured, on what, and every sample. */
final class BenchSection {
    private BenchSection() {}

    static void append(StringBuilder out, BenchResult result) {
        appendVerdicts(out, result.compare());
        out.append(Tables.html(result.sheet()));
        heading(out, "Charts");
        for (Metric metric : Metric.values()) {
            appendChart(out, result, metric);
        }
        if (!result.compare().pairs().isEmpty()) {
            heading(out, "Comparison");
            out.append(Tables.html(result.compare().sheet()));
        }
        heading(out, "How it was measured");
        result.method().forEach(sentence -> paragraph(out, sentence));
        out.append("<p>This repeats it on another machine:</p>\n<pre><code>");
        out.append(Html.escape(result.plan().code())).append("</code></pre>\n");
        heading(out, "Models and engines");
        result.configurations().forEach(one -> out.append(Tables.html(configuration(one, result))));
        heading(out, "Environment");
        out.append(Tables.html(result.environment().sheet()));
        heading(out, "Samples");
        out.append("<details><summary>Every run, in its order</summary>\n");
        out.append(Tables.html(result.samples().sheet())).append("</details>\n");
    }

    private static void appendVerdicts(StringBuilder out, Comparison comparison) {
        if (comparison.pairs().isEmpty()) {
            return;
        }
        out.append("<ul>\n");
        comparison.pairs().stream()
                .map(Comparison.Pair::sentence)
                .forEach(sentence ->
                        out.append("<li>").append(Html.escape(sentence)).append("</li>\n"));
        out.append("</ul>\n");
    }

    private static void appendChart(StringBuilder out, BenchResult result, Metric metric) {
        try {
            out.append(result.chart(metric).html());
        } catch (BearException e) {
            paragraph(out, e.problem());
        }
    }

    private static Sheet configuration(Configuration one, BenchResult result) {
        LoadReport loaded = one.loaded();
        Sheet.Builder sheet = Sheet.of(one.label()).columns("what", "value");
        sheet.row("model", one.model().toString());
        sheet.row("SHA-256 of its file", one.sha256().map(Sha256::hex).orElse(null));
        sheet.row("engine", one.engine()).row("build", one.engineBuild());
        parameters(one, result).forEach((name, value) -> sheet.row("parameter " + name, value));
        sheet.row("load time", loaded.time());
        sheet.row("weights", size(loaded.weightsBytes()));
        sheet.row("key-value cache", size(loaded.kvCacheBytes()));
        sheet.row("compute buffers", size(loaded.computeBytes()));
        sheet.row("anonymous memory, highest", highest(result, one, RunRecord.Memory::anonymousBytes));
        sheet.row("file-mapped memory, highest", highest(result, one, RunRecord.Memory::fileMappedBytes));
        sheet.row(
                "GPU layers",
                loaded.gpuLayers().isPresent() ? loaded.gpuLayers().getAsInt() : null);
        loaded.gpuFallback().ifPresent(why -> sheet.row("why not on the GPU", why));
        return sheet.build();
    }

    /** Those of the load, and those that a run added. */
    private static Map<String, String> parameters(Configuration one, BenchResult result) {
        Map<String, String> all = new LinkedHashMap<>(one.loaded().parameters());
        result.samples().list().stream()
                .filter(sample -> sample.configuration().equals(one))
                .flatMap(sample -> sample.run().stream())
                .findFirst()
                .ifPresent(run -> all.putAll(run.parameters()));
        return all;
    }

    private static @Nullable ByteSize highest(
            BenchResult result, Configuration one, Function<RunRecord.Memory, OptionalLong> which) {
        OptionalLong most = result.samples().list().stream()
                .filter(sample -> sample.configuration().equals(one))
                .map(Sample::run)
                .flatMap(java.util.Optional::stream)
                .flatMapToLong(run -> which.apply(run.memory()).stream())
                .max();
        return size(most);
    }

    private static @Nullable ByteSize size(OptionalLong bytes) {
        return bytes.isPresent() ? new ByteSize(bytes.getAsLong()) : null;
    }

    private static void heading(StringBuilder out, String text) {
        out.append("<h3>").append(Html.escape(text)).append("</h3>\n");
    }

    private static void paragraph(StringBuilder out, String text) {
        out.append("<p>").append(Html.escape(text)).append("</p>\n");
    }
}
