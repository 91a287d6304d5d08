package ai.bearllm.notebook;

import ai.bearllm.table.Html;

/** Shows where a job stands as an accessible progress bar with the same facts in words. */
final class JobHtml {
    /**
     * The bar is drawn in the text's color, so it contrasts wherever the text does, in light and dark; the front end's own
     * accent replaces it where there is one. What a sanitized page needs stands in style attributes as well.
     */
    private static final String STYLE = """
            <style>
            .bear-job{max-width:44em;padding:4px 8px;font-family:var(--jp-content-font-family,system-ui,sans-serif);\
            font-size:var(--jp-content-font-size1,14px);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
            .bear-job .bear-job-done{background:var(--jp-brand-color1,var(--vscode-progressBar-background,currentColor))!important}
            .bear-job .bear-job-unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);\
            white-space:nowrap}
            @media (prefers-reduced-motion:no-preference){.bear-job .bear-job-busy{width:25%;\
            animation:bear-job-busy 2s ease-in-out infinite alternate}}
            @keyframes bear-job-busy{from{margin-left:0}to{margin-left:75%}}
            @media (forced-colors:active){.bear-job .bear-job-done{background:Highlight!important;forced-color-adjust:none}}
            </style>
            """;

    private JobHtml() {}

    static String of(JobState state) {
        boolean last = state.phase().isLast();
        String standing = Html.escape(JobText.standing(state));
        StringBuilder out = new StringBuilder("<div class=\"bear-job\">").append(STYLE);
        out.append("<div>")
                .append(mark(state))
                .append("<strong>")
                .append(Html.escape(state.job()))
                .append("</strong></div>\n");
        appendBar(out, state, standing);
        out.append("<div>").append(standing).append("</div>\n");
        if (!last) {
            // A progress bar is no live region; screen readers hear this instead, in few steps.
            out.append("<span class=\"bear-job-unseen\" role=\"status\" aria-live=\"polite\">");
            out.append(Html.escape(JobText.spoken(state))).append("</span>\n");
        }
        return out.append("</div>\n").toString();
    }

    /** Never color alone: how a job ended is a sign and a word. */
    private static String mark(JobState state) {
        return switch (state.phase()) {
            case DONE -> "<span aria-hidden=\"true\">✓ </span>";
            case FAILED -> "<span aria-hidden=\"true\">✗ </span>";
            default -> "";
        };
    }

    private static void appendBar(StringBuilder out, JobState state, String standing) {
        out.append("<div role=\"progressbar\" aria-label=\"")
                .append(Html.escape(state.job()))
                .append('"');
        out.append(" aria-valuetext=\"").append(standing).append('"');
        // Without a value the bar is indeterminate to assistive technology too.
        state.percent()
                .ifPresent(percent -> out.append(" aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"")
                        .append(percent)
                        .append('"'));
        out.append(
                " style=\"height:10px;margin:4px 0;border:1px solid currentColor;border-radius:3px;overflow:hidden\">");
        boolean busy = state.percent().isEmpty() && state.phase() == JobState.Phase.RUNNING;
        out.append("<div class=\"bear-job-done")
                .append(busy ? " bear-job-busy" : "")
                .append("\" style=\"height:100%;");
        if (!busy) {
            out.append("width:").append(state.percent().orElse(0)).append("%;");
        }
        out.append("background:currentColor\"></div></div>\n");
    }
}
