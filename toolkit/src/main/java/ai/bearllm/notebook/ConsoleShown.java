package ai.bearllm.notebook;

import ai.bearllm.model.Shown;
import ai.bearllm.progress.ShownView;
import java.io.PrintStream;

/**
 * A value in a terminal, drawn over itself; elsewhere only its last state is printed.
 *
 * <p>Source of the sequences: ECMA-48, CUU and ED; DECAWM as in DEC's VT510 manual. Lines that are wider than the terminal are cut
 * by it, not wrapped, because the count of lines leads back to the first.
 */
final class ConsoleShown implements ShownView {
    /** Of a higher one the top would have left the screen, where nothing reaches it. */
    private static final int HEIGHT = 20;

    private static final String CUT_LINES = "\u001b[?7l";
    private static final String WRAP_LINES = "\u001b[?7h";

    private final PrintStream out;
    private final boolean terminal;
    private int drawn;

    ConsoleShown(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    @Override
    public boolean isWatched() {
        return terminal;
    }

    @Override
    public void show(Shown now) {
        String[] lines = now.sheet().text().split("\n", -1);
        StringBuilder frame = new StringBuilder(back()).append(CUT_LINES);
        // What is text ends with a line's end, so that the last part is empty.
        drawn = Math.min(HEIGHT, lines.length - 1);
        for (int line = 0; line < drawn; line++) {
            frame.append(lines[line]).append('\n');
        }
        out.print(frame.append(WRAP_LINES));
        out.flush();
    }

    @Override
    public void end(Shown last) {
        out.print(back() + last.sheet().text());
        out.flush();
        drawn = 0;
    }

    private String back() {
        return drawn == 0 ? "" : "\u001b[" + drawn + "A\u001b[J";
    }
}
