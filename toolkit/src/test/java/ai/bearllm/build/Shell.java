package ai.bearllm.build;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Lab;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A session of the real {@code jshell}, through the project's own launcher. Each line is typed once its prompt is
 * there: what is typed earlier, a JShell that is still starting echoes in part.
 */
final class Shell {
    private static final String PROMPT = "jshell> ";

    private Shell() {}

    /**
     * Types these lines and returns what JShell printed after each.
     *
     * @param folder stands for the person's home
     */
    static List<String> type(Path folder, List<String> lines) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Lab.project()
                                .resolve("kernel-config/jshell/bear-jshell")
                                .toString(),
                        "-J-Djava.util.prefs.userRoot=" + folder,
                        "-R-Duser.home=" + folder)
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("BEAR_HOME");
        Process process = builder.start();
        // Ends a JShell that hangs, and with it the read below.
        process.onExit().orTimeout(3, TimeUnit.MINUTES).exceptionally(late -> end(process));
        try (Writer keys = process.outputWriter();
                Reader screen = process.inputReader()) {
            untilPrompt(screen);
            List<String> printed = new ArrayList<>();
            for (String line : lines) {
                keys.write(line + "\n");
                keys.flush();
                printed.add(printed(line, untilPrompt(screen)));
            }
            keys.write("/exit\n");
            return printed;
        } finally {
            end(process);
        }
    }

    private static Process end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        return process.destroyForcibly();
    }

    private static String untilPrompt(Reader screen) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(PROMPT) < 0) {
            int next = screen.read();
            assertThat(next)
                    .as("JShell ended instead of asking for a line: %s", text)
                    .isNotNegative();
            text.append((char) next);
        }
        return text.substring(0, text.length() - PROMPT.length());
    }

    /** JShell 17 moves the cursor with control characters; 25 echoes what is typed. */
    private static String printed(String line, String answer) {
        String text = answer.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "").strip();
        return text.startsWith(line) ? text.substring(line.length()).strip() : text;
    }
}
