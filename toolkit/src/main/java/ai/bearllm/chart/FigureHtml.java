package ai.bearllm.chart;

import ai.bearllm.model.BearException;
import ai.bearllm.table.Html;
import ai.bearllm.table.Tables;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes a figure as HTML. Both images are data of an {@code img}, because the identifiers inside two SVG documents would
 * collide in one page. The table stands outside of the image's role: what is inside an image is hidden from screen readers.
 */
final class FigureHtml {
    /** JupyterLab's own theme wins over the system's scheme; without style sheets the light image is shown. */
    private static final String STYLE = """
            <style>
            .bear-figure{--bear-ink:var(--jp-content-font-color1,#1c1e21);--bear-paper:var(--jp-layout-color0,#fff);\
            margin:8px 0;max-width:960px;padding:4px 8px;color:var(--bear-ink);background:var(--bear-paper);\
            font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:var(--jp-content-font-size1,14px)}
            @media (prefers-color-scheme:dark){.bear-figure{--bear-ink:var(--jp-content-font-color1,#ececee);\
            --bear-paper:var(--jp-layout-color0,#17181a)}}
            .bear-figure img{max-width:100%;height:auto;border-radius:4px}
            .bear-figure .bear-light{display:block!important}
            .bear-figure .bear-dark{display:none!important}
            @media (prefers-color-scheme:dark){.bear-figure .bear-light{display:none!important}\
            .bear-figure .bear-dark{display:block!important}}
            [data-jp-theme-light="true"] .bear-figure .bear-light{display:block!important}
            [data-jp-theme-light="true"] .bear-figure .bear-dark{display:none!important}
            [data-jp-theme-light="false"] .bear-figure .bear-light{display:none!important}
            [data-jp-theme-light="false"] .bear-figure .bear-dark{display:block!important}
            .bear-figure figcaption{margin:4px 0;font-weight:600}
            .bear-figure summary{cursor:pointer;min-height:24px}
            </style>
            """;

    private FigureHtml() {}

    static String of(Figure figure) {
        StringBuilder out = new StringBuilder("<figure class=\"bear-figure\">").append(STYLE);
        try {
            String light = image(figure, Theme.LIGHT);
            String dark = image(figure, Theme.DARK);
            out.append("<figcaption>").append(Html.escape(figure.title())).append("</figcaption>\n");
            out.append("<div role=\"img\" aria-label=\"")
                    .append(Html.escape(figure.description()))
                    .append("\">\n");
            out.append(light).append(dark).append("</div>\n");
            out.append("<details><summary>Data of this chart</summary>\n");
            out.append(Tables.html(figure.sheet())).append("</details>\n");
        } catch (BearException e) {
            out.append("<figcaption>")
                    .append(Html.escape(e.problem() + " " + e.fix()))
                    .append("</figcaption>\n");
            out.append(Tables.html(figure.sheet()));
        }
        return out.append("</figure>\n").toString();
    }

    private static String image(Figure figure, Theme theme) {
        String data =
                Base64.getEncoder().encodeToString(figure.svg(theme, false).getBytes(StandardCharsets.UTF_8));
        return "<img alt=\"\" class=\"" + (theme == Theme.DARK ? "bear-dark\" style=\"display:none\"" : "bear-light\"")
                + " src=\"data:image/svg+xml;base64," + data + "\"/>\n";
    }
}
