package ai.bearllm.notebook;

import ai.bearllm.chat.Answer;
import ai.bearllm.chat.AnswerView;
import ai.bearllm.table.Html;
import java.util.function.Supplier;

/** An answer that grows in one live output of the running cell. */
final class CellAnswer implements AnswerView {
    private final StreamedText text = new StreamedText();
    private final LiveOutput output;

    CellAnswer(LiveOutput output) {
        this.output = output;
    }

    @Override
    public void text(String delta) {
        if (!text.add(delta).isEmpty()) {
            output.show(content(true));
        }
    }

    @Override
    public void finished(Answer answer) {
        end();
    }

    /** The exception in the same cell says why. */
    @Override
    public void failed(String why) {
        end();
    }

    /** What was written stays, also where more was to come. */
    private void end() {
        if (!text.toString().isEmpty()) {
            output.end(content(false));
        }
    }

    private Supplier<Rendering> content(boolean grows) {
        String now = text.toString();
        return () -> new Rendering(html(now, grows), now);
    }

    private static String html(String answer, boolean grows) {
        return "<div class=\"bear-answer\" dir=\"auto\"" + (grows ? " aria-busy=\"true\"" : "")
                + " style=\"white-space:pre-wrap;overflow-wrap:anywhere;max-width:80ch;padding:4px 8px;"
                + "font-family:var(--jp-content-font-family,system-ui,sans-serif);"
                + "font-size:var(--jp-content-font-size1,14px);line-height:1.5\">" + Html.escape(answer) + "</div>";
    }
}
