package ai.bearllm.model;

/**
 * A value made to be looked at. Its {@code toString()} is one line of at most 80 characters and does no I/O, because JShell
 * shows a value on its own line that way and cuts longer ones; {@link #sheet()} is the whole.
 */
public interface Shown {
    /** Everything that a person should see, read at this moment. */
    Sheet sheet();

    /** The text as a {@code toString()} may return it: on one line, cut to 80 characters. */
    static String line(String text) {
        String line = Sheet.format(text);
        if (line.length() <= 80) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(78)) ? 78 : 79;
        return line.substring(0, end) + "…";
    }

    /** Prints the whole to standard output: for JShell and consoles. Kernels show the value by themselves. */
    default void show() {
        System.out.print(sheet().text());
    }
}
