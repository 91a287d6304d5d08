package ai.bearllm.build;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A session of the real {@code jshell}, through the project's own launcher, fed line by line. */
final class Shell {
    private static final String PROMPT = "jshell> ";

    private Shell() {}

    /**
     * Types these lines and returns what JShell printed after each.
     *
     * @param folder stands for the person's home
     */
    static List<String> type(Path folder, List<String> lines) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("typed.jsh"), String.join("\n", lines) + "\n/exit\n");
        Path output = folder.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Lab.project()
                                .resolve("kernel-config/jshell/bear-jshell")
                                .toString(),
                        "-J-Djava.util.prefs.userRoot=" + folder,
                        "-R-Duser.home=" + folder)
                .redirectInput(script.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("BEAR_HOME");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("jshell ended").isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        List<String> answers = new ArrayList<>(List.of(Files.readString(output).split(PROMPT, -1)));
        assertThat(answers).as("one prompt a line, and one before /exit").hasSizeGreaterThan(lines.size());
        List<String> printed = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            printed.add(printed(lines.get(i), answers.get(i + 1)));
        }
        return printed;
    }

    /** JShell 17 moves the cursor with control characters; 25 may echo what was typed before it was ready. */
    private static String printed(String line, String answer) {
        String text = answer.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "").strip();
        return text.startsWith(line) ? text.substring(line.length()).strip() : text;
    }
}
