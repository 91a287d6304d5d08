package ai.bearllm.report;

import ai.bearllm.bench.BenchResult;
import ai.bearllm.chart.Figure;
import ai.bearllm.model.Sheet;

/** One part of a report. */
sealed interface Part {
    /** What it is, in a few words. */
    String heading();

    /** A benchmark. */
    record Bench(BenchResult result) implements Part {
        @Override
        public String heading() {
            return result.sheet().caption();
        }
    }

    /** A chart. */
    record Chart(Figure figure) implements Part {
        @Override
        public String heading() {
            return figure.title();
        }
    }

    /** A table. */
    record Table(Sheet sheet) implements Part {
        @Override
        public String heading() {
            return sheet.caption();
        }
    }

    /** A paragraph. */
    record Note(String text) implements Part {
        @Override
        public String heading() {
            return "Note";
        }
    }
}
