package ai.bearllm.notebook;

import ai.bearllm.chat.AnswerView;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.ShownView;
import java.io.PrintStream;
import java.util.Optional;
import java.util.stream.Stream;

/** Text on standard output: JShell, or any other program. */
final class Console implements Surface {
    /** {@code true} or {@code false} where the start-up knows whether a person sits at a terminal; JShell's own JVM cannot. */
    private static final String TERMINAL = "bear.terminal";

    private final String name;
    private final PrintStream out;
    private final boolean terminal;

    Console(String name, PrintStream out, boolean terminal) {
        this.name = name;
        this.out = out;
        this.terminal = terminal;
    }

    static Console ofThisProcess() {
        boolean shell = isJShell();
        String told = System.getProperty(TERMINAL, "");
        boolean terminal = told.isEmpty() ? (shell ? hasTerminalType() : isInteractive()) : Boolean.parseBoolean(told);
        return new Console(shell ? "JShell" : "console", System.out, terminal);
    }

    /** Whether this is the JVM that JShell starts for a session, or JShell itself with {@code --execution local}. */
    private static boolean isJShell() {
        return System.getProperty("sun.java.command", "").startsWith("jdk.jshell");
    }

    /**
     * JShell's session has pipes for streams, but the environment of the terminal. Kernels that are built on JShell have it
     * too, and there a redrawn line would be kept again and again: only the program {@code jshell} counts.
     */
    private static boolean hasTerminalType() {
        ProcessHandle here = ProcessHandle.current();
        boolean program = Stream.of(here.parent(), Optional.of(here))
                .flatMap(Optional::stream)
                .flatMap(process -> process.info().command().stream())
                .anyMatch(command -> command.endsWith("jshell") || command.endsWith("jshell.exe"));
        String type = System.getenv("TERM");
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        return program && (type == null ? windows : !type.isEmpty() && !type.equals("dumb"));
    }

    /** Since JDK 22 there is a console without a terminal too; it has a method that tells. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isInteractive() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return Boolean.TRUE.equals(
                    java.io.Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ProgressListener progress() {
        return new ConsoleProgress(out, terminal).guarded();
    }

    @Override
    public AnswerView answer() {
        return new ConsoleAnswer(out);
    }

    @Override
    public ShownView live() {
        return new ConsoleShown(out, terminal);
    }
}
