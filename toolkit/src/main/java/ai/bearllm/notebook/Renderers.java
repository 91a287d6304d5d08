package ai.bearllm.notebook;

import ai.bearllm.chart.Charted;
import ai.bearllm.chart.Figure;
import ai.bearllm.chat.Answer;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.table.Html;
import ai.bearllm.table.Tables;

/** Tells a kernel how the toolkit's values look. */
final class Renderers {
    private Renderers() {}

    /** Registers them once a kernel, whoever comes first: its extension mechanism or the toolkit's own start. */
    static synchronized void register(Kernel kernel) {
        if (!kernel.rendersAsHtml(new Probe())) {
            kernel.render(Shown.class, Renderers::shown);
            kernel.render(Figure.class, Renderers::figure);
            kernel.render(Answer.class, Renderers::footer);
        }
    }

    static Rendering shown(Shown value) {
        Sheet sheet = value.sheet();
        String chart = value instanceof Charted charted
                ? charted.figure().map(Figure::html).orElse("")
                : "";
        return new Rendering(Tables.html(sheet) + chart, sheet.text());
    }

    private static Rendering figure(Figure figure) {
        return new Rendering(figure.html(), figure.sheet().text());
    }

    /** The answer itself was streamed into an output above. */
    private static Rendering footer(Answer answer) {
        String footer = Html.escape(answer.footer());
        return new Rendering(
                "<div class=\"bear-footer\" style=\"padding:0 8px;font-size:12px\">" + footer + "</div>",
                answer.footer());
    }

    /** Shown as HTML only where the renderers are there already. */
    private record Probe() implements Shown {
        @Override
        public Sheet sheet() {
            return Sheet.of("").build();
        }
    }
}
