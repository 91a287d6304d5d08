package ai.bearllm.table;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes a sheet as accessible HTML. */
final class SheetHtml {
    /**
     * JupyterLab's own colors where they are set, else the system's light or dark scheme. Text and background are always set
     * together, so that their contrast holds in foreign pages. The doubled class outweighs the page's own table rules.
     */
    private static final String STYLE = """
            <style>
            .bear-sheet{--bear-ink:var(--jp-content-font-color1,#1c1e21);--bear-paper:var(--jp-layout-color0,#fff);\
            --bear-band:var(--jp-layout-color1,#f6f6f7);--bear-rule:var(--jp-border-color0,#8a8d91);\
            color:var(--bear-ink);background:var(--bear-paper);overflow-x:auto;padding:4px 8px;\
            font-family:var(--jp-content-font-family,system-ui,sans-serif);font-size:var(--jp-content-font-size1,14px)}
            @media (prefers-color-scheme:dark){.bear-sheet{--bear-ink:var(--jp-content-font-color1,#ececee);\
            --bear-paper:var(--jp-layout-color0,#17181a);--bear-band:var(--jp-layout-color1,#212325);\
            --bear-rule:var(--jp-border-color0,#85888c)}}
            .bear-sheet.bear-sheet table{border-collapse:collapse;margin:4px 0;border:0;color:inherit;font-size:inherit}
            .bear-sheet.bear-sheet caption{caption-side:top;text-align:left;font-weight:600;padding:4px 0;color:inherit}
            .bear-sheet.bear-sheet :is(th,td){padding:4px 12px;vertical-align:top;border:0;font-weight:400;\
            max-width:44em;overflow-wrap:break-word;font-variant-numeric:tabular-nums;color:inherit;white-space:normal}
            .bear-sheet.bear-sheet thead th{font-weight:600;vertical-align:bottom;border-bottom:1px solid var(--bear-rule)}
            .bear-sheet.bear-sheet tbody tr:nth-child(odd){background:var(--bear-paper)}
            .bear-sheet.bear-sheet tbody tr:nth-child(even){background:var(--bear-band)}
            .bear-sheet.bear-sheet p{margin:4px 0;max-width:80ch}
            </style>
            """;

    /** Written at each cell, because some pages drop style sheets and keep attributes. */
    private static final String LEFT = " style=\"text-align:left\"";

    private static final String RIGHT = " style=\"text-align:right\"";

    private static final String BADGE = "padding:1px 8px;border-radius:9px;white-space:nowrap;";

    private SheetHtml() {}

    static String of(Sheet sheet) {
        StringBuilder out = new StringBuilder("<div class=\"bear-sheet\">").append(STYLE);
        if (sheet.columns().isEmpty()) {
            out.append("<p><strong>").append(text(sheet.caption())).append("</strong></p>\n");
        } else {
            appendTable(out, sheet);
        }
        sheet.notes().forEach(note -> out.append("<p>").append(text(note)).append("</p>\n"));
        return out.append("</div>\n").toString();
    }

    private static void appendTable(StringBuilder out, Sheet sheet) {
        List<String> aligned = IntStream.range(0, sheet.columns().size())
                .mapToObj(column -> sheet.isNumeric(column) ? RIGHT : LEFT)
                .toList();
        out.append("<table>\n<caption>").append(text(sheet.caption())).append("</caption>\n<thead><tr>");
        for (int i = 0; i < sheet.columns().size(); i++) {
            out.append("<th scope=\"col\"").append(aligned.get(i)).append('>');
            out.append(text(sheet.columns().get(i).heading())).append("</th>");
        }
        out.append("</tr></thead>\n<tbody>\n");
        if (sheet.rows().isEmpty()) {
            out.append("<tr><td style=\"text-align:left\" colspan=\"")
                    .append(sheet.columns().size());
            out.append("\"><em>no rows</em></td></tr>\n");
        }
        sheet.rows().forEach(row -> appendRow(out, aligned, row.cells()));
        out.append("</tbody>\n</table>\n");
    }

    private static void appendRow(StringBuilder out, List<String> aligned, List<@Nullable Object> cells) {
        out.append("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            // The first column names its row, unless it is all there is.
            boolean header = i == 0 && cells.size() > 1;
            Object cell = cells.get(i);
            out.append(header ? "<th scope=\"row\"" : "<td")
                    .append(
                            isOneWord(cell)
                                    ? aligned.get(i).replace("\"text", "\"white-space:nowrap;text")
                                    : aligned.get(i))
                    .append('>');
            out.append(shown(cell)).append(header ? "</th>" : "</td>");
        }
        out.append("</tr>\n");
    }

    private static String shown(@Nullable Object cell) {
        if (cell == null) {
            return "<em>" + text(cell) + "</em>";
        }
        return cell instanceof Status status
                ? "<span style=\"" + BADGE + colors(status.tone()) + "\">" + text(cell) + "</span>"
                : text(cell);
    }

    /** Dark ink on a light badge in both themes: each pair has a contrast above 7 to 1, wherever it stands. */
    private static String colors(Status.Tone tone) {
        return switch (tone) {
            case GOOD -> "color:#0a4a20;background:#d7f0dd";
            case NEUTRAL -> "color:#33363b;background:#e4e6e9";
            case WARNING -> "color:#573700;background:#fdebc8";
            case BAD -> "color:#7d100d;background:#fbdcd9";
        };
    }

    /** Times and amounts, which a narrow page would break at their hyphens and units. */
    private static boolean isOneWord(@Nullable Object cell) {
        return cell instanceof Number
                || cell instanceof ByteSize
                || cell instanceof Instant
                || cell instanceof Duration
                || cell instanceof Status;
    }

    private static String text(@Nullable Object cell) {
        return Html.escape(Sheet.format(cell));
    }
}
