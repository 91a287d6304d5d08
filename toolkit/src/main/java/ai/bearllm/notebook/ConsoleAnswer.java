package ai.bearllm.notebook;

import ai.bearllm.chat.Answer;
import ai.bearllm.chat.AnswerView;
import java.io.PrintStream;

/** An answer that is printed as it comes. */
final class ConsoleAnswer implements AnswerView {
    private final StreamedText text = new StreamedText();
    private final PrintStream out;

    ConsoleAnswer(PrintStream out) {
        this.out = out;
    }

    @Override
    public void text(String delta) {
        out.print(text.add(delta));
        out.flush();
    }

    @Override
    public void finished(Answer answer) {
        endLine();
    }

    /** The exception that follows says why. */
    @Override
    public void failed(String why) {
        endLine();
    }

    private void endLine() {
        String all = text.toString();
        if (!all.isEmpty() && !all.endsWith("\n")) {
            out.println();
        }
    }
}
