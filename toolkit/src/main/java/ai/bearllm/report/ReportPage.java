package ai.bearllm.report;

import ai.bearllm.table.Html;
import ai.bearllm.table.Tables;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Writes the page. */
final class ReportPage {
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** Nothing is loaded and nothing runs, whatever the page holds; the browser sees to it. */
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta name="referrer" content="no-referrer"/>
            """;

    private static final String STYLE = """
            <style>
            :root{--ink:#1c1e21;--paper:#fff;--rule:#8a8d91;--link:#0b5ab0}
            @media (prefers-color-scheme:dark){:root{--ink:#ececee;--paper:#17181a;--rule:#85888c;--link:#7db8ff}}
            body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
            main{max-width:1100px;margin:0 auto;padding:16px}
            h1{font-size:1.7em;line-height:1.2;margin:.6em 0 .2em}
            h2{font-size:1.3em;margin:2em 0 .4em;padding-top:.6em;border-top:1px solid var(--rule)}
            h3{font-size:1.05em;margin:1.6em 0 .3em}
            h1,h2,h3,p,li{overflow-wrap:anywhere}
            p,li{max-width:80ch;margin:.4em 0}
            a{color:var(--link)}
            pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--rule);border-radius:4px;padding:8px}
            summary{cursor:pointer;min-height:24px}
            :focus-visible{outline:2px solid var(--link);outline-offset:2px}
            @media print{details>:not(summary){display:block}h2,h3,figure{break-after:avoid}}
            </style>
            """;

    private ReportPage() {}

    static String of(ReportDocument document, List<Part> parts) {
        StringBuilder out = new StringBuilder(HEAD);
        String title = Html.escape(document.title());
        out.append("<title>").append(title).append("</title>\n").append(STYLE).append("</head>\n<body>\n<main>\n");
        out.append("<h1>").append(title).append("</h1>\n<p>Made with Bear on ");
        out.append(WHEN.format(document.made())).append(".</p>\n");
        appendContents(out, parts);
        for (int i = 0; i < parts.size(); i++) {
            appendPart(out, parts.get(i), i + 1);
        }
        out.append("</main>\n<script type=\"application/json\" id=\"bear-report\">");
        out.append(ReportJson.write(document)).append("</script>\n</body>\n</html>\n");
        return out.toString();
    }

    private static void appendContents(StringBuilder out, List<Part> parts) {
        if (parts.isEmpty()) {
            out.append("<p>This report has no parts yet.</p>\n");
        }
        if (parts.stream().filter(part -> !(part instanceof Part.Note)).count() < 2) {
            return;
        }
        out.append("<nav aria-label=\"Contents\"><ol>\n");
        for (int i = 0; i < parts.size(); i++) {
            if (!(parts.get(i) instanceof Part.Note)) {
                out.append("<li><a href=\"#part-").append(i + 1).append("\">");
                out.append(Html.escape(parts.get(i).heading())).append("</a></li>\n");
            }
        }
        out.append("</ol></nav>\n");
    }

    private static void appendPart(StringBuilder out, Part part, int number) {
        if (part instanceof Part.Note note) {
            out.append("<p>").append(Html.escape(note.text())).append("</p>\n");
            return;
        }
        out.append("<section aria-labelledby=\"part-")
                .append(number)
                .append("\">\n<h2 id=\"part-")
                .append(number);
        out.append("\">").append(Html.escape(part.heading())).append("</h2>\n");
        if (part instanceof Part.Bench bench) {
            BenchSection.append(out, bench.result());
        } else if (part instanceof Part.Chart chart) {
            out.append(chart.figure().html());
        } else if (part instanceof Part.Table table) {
            out.append(Tables.html(table.sheet()));
        }
        out.append("</section>\n");
    }
}
