package ai.bearllm.lab;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The private Python environment of the tests: kernels, nbclient, the real hub client, and the SmolLM2 model, set up below the
 * build folder by the same {@code kernel-config/lab/lab.py} that people run.
 *
 * <p>Where it cannot be had (no python3, no package registry) the test is aborted with the reason, which the build prints and
 * CI counts.
 */
public final class Lab {
    private Lab() {}

    /** The project's root folder. */
    public static Path project() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("kernel-config")) ? here : here.getParent();
    }

    /** The environment's Python, with everything of {@code requirements-tests.txt}; set up at the first call of a build. */
    public static Path python() {
        return Path.of(lab("setup", "--tests").strip());
    }

    /** SmolLM2-135M-Instruct.Q4_1.gguf, the real model that a package carries. */
    public static Path smollm2() {
        return Path.of(lab("model", "smollm2").strip());
    }

    /** Installs the Java kernel with the packaged toolkit, on one JDK, into the tests' environment. */
    public static void kernel(String name, Path jdk) {
        lab("kernel", "--tests", "--name", name, "--jdk", jdk.toString());
    }

    private static String interpreter() {
        return System.getProperty("os.name").startsWith("Windows") ? "python" : "python3";
    }

    /** The last line that lab.py prints to standard output; its own messages go to standard error. */
    private static String lab(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                interpreter(), project().resolve("kernel-config/lab/lab.py").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--into", project().resolve("toolkit/target/lab").toString()));
        try {
            Path errors = Files.createTempFile("lab", ".log");
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
                return abort("lab.py " + String.join(" ", arguments) + " failed: " + Files.readString(errors));
            }
            String[] lines = output.strip().split("\\R");
            return lines[lines.length - 1];
        } catch (IOException e) {
            return abort("python3 did not start: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return abort("interrupted");
        }
    }
}
