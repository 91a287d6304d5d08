package ai.bearllm.report;

import ai.bearllm.bench.BenchResult;
import ai.bearllm.bench.Comparison;
import ai.bearllm.bench.Metric;
import ai.bearllm.model.BearException;
import ai.bearllm.table.Html;
import ai.bearllm.table.Tables;

/** Writes a benchmark: what it shows first, then how it was measured, on what, and every sample. */
final class BenchSection {
    private BenchSection() {}

    static void append(StringBuilder out, BenchResult result) {
        out.append(Tables.html(result.sheet()));
        appendVerdicts(out, result.compare());
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
        result.configurations().forEach(one -> out.append(Tables.html(result.details(one))));
        heading(out, "Environment");
        out.append(Tables.html(result.environment().sheet()));
        heading(out, "Samples");
        out.append("<details><summary>Every run, in its order</summary>\n");
        out.append(Tables.html(result.samples().sheet())).append("</details>\n");
    }

    private static void appendVerdicts(StringBuilder out, Comparison comparison) {
        // More sentences than these nobody reads; the table has them all.
        if (comparison.pairs().isEmpty() || comparison.pairs().size() > Metric.values().length) {
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

    private static void heading(StringBuilder out, String text) {
        out.append("<h3>").append(Html.escape(text)).append("</h3>\n");
    }

    private static void paragraph(StringBuilder out, String text) {
        out.append("<p>").append(Html.escape(text)).append("</p>\n");
    }
}
