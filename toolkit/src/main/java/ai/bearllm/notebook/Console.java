package ai.bearllm.notebook;

import ai.bearllm.progress.ProgressListener;
import java.io.PrintStream;
import java.util.Locale;

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

    /** JShell loads what its class path names by a loader of its own, in its remote JVM and in its own. */
    private static boolean isJShell() {
        ClassLoader loader = Console.class.getClassLoader();
        return loader != null && loader.getClass().getName().startsWith("jdk.jshell.");
    }

    /** JShell's remote JVM has pipes for streams, but the environment of the terminal. */
    private static boolean hasTerminalType() {
        String type = System.getenv("TERM");
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return type == null ? windows : !type.isEmpty() && !type.equals("dumb");
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
}
