package ai.bearllm.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job as {@code ./mvnw -Pquickstart} runs it: the packaged jar, a Java, an empty folder. */
class QuickstartIT {
    @TempDir
    Path folder;

    @Test
    void runsTheMainJobAndEndsWithThePathOfTheReport() throws Exception {
        Result result = run(List.of());
        checkReport(result);
        assertThat(result.output())
                .contains(
                        "> bear.models()", "bearllm/bear-tiny", "SHA-256", "Once upon a time", "She lives in a cave.");
    }

    @Test
    void needsNoNetwork() throws Exception {
        List<String> noNetwork = List.of("unshare", "-rn");
        Process probe = new ProcessBuilder("sh", "-c", "unshare -rn true").start();
        org.junit.jupiter.api.Assumptions.assumeTrue(
                probe.waitFor() == 0, "unshare -rn, which takes the network away, is not allowed here");
        checkReport(run(noNetwork));
    }

    @Test
    void saysWhatToDoWhereItsFolderCannotBeMade() throws Exception {
        Files.writeString(folder.resolve("quickstart"), "a file");
        Result result = run(List.of());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.output())
                .contains("The quickstart stopped:", "What to do:")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("quickstart")).hasContent("a file");
    }

    private void checkReport(Result result) throws IOException {
        assertThat(result.exit()).as(result.output()).isZero();
        String last = result.output().lines().reduce("", (before, line) -> line);
        assertThat(last).startsWith("Report: ");
        Path report = Path.of(last.substring("Report: ".length()));
        assertThat(report).isRegularFile();
        assertThat(Files.readString(report))
                .startsWith("<!DOCTYPE html>")
                .contains("a9df0de055a6c023c200ed2b0811814d96d1943e38caf30e2c44ecf644ae106a", "java-llama.cpp");
    }

    private Result run(List<String> before) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                Path.of(System.getProperty("bear.directory"), "bear-toolkit.jar")
                        .toString(),
                "ai.bearllm.Quickstart",
                folder.resolve("quickstart").toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private record Result(int exit, String output) {}
}
