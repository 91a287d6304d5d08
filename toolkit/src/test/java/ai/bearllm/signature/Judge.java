package ai.bearllm.signature;

import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.lab.Lab;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The reference implementation of OpenSSF Model Signing, in a Python environment of its own below the build folder. */
final class Judge implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    private Judge(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * What the reference implementation said.
     *
     * @param ok whether it signed, or the signature held
     */
    record Answer(boolean ok, String said) {}

    /** Starts it; where its packages cannot be had, the test is aborted with the reason. */
    static Judge start() throws IOException {
        Path python = environment();
        ProcessBuilder builder = new ProcessBuilder(
                python.toString(), "-X", "utf8", resource("judge.py").toString());
        return new Judge(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    Answer run(Object... arguments) {
        try {
            List<String> texts =
                    List.of(arguments).stream().map(Object::toString).toList();
            commands.write(JSON.writeValueAsString(texts) + "\n");
            commands.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new AssertionError("the reference implementation ended at " + texts);
            }
            JsonNode answer = JSON.readTree(line);
            return new Answer(answer.path("ok").asBoolean(), answer.path("said").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Judge.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Made once; the list beside it says with which packages. */
    private static Path environment() throws IOException {
        Path root = Lab.project().resolve("toolkit/target/lab/model-signing");
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        Path python = root.resolve(windows ? "Scripts/python.exe" : "bin/python");
        Path wanted = resource("requirements-model-signing.txt");
        Path stamp = root.resolve("requirements.txt");
        if (Files.exists(python) && Files.exists(stamp) && Files.mismatch(stamp, wanted) == -1) {
            return python;
        }
        run(Lab.python().toString(), "-m", "venv", "--clear", root.toString());
        run(
                python.toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-input",
                "--no-deps",
                "-r",
                wanted.toString());
        Files.copy(wanted, stamp);
        return python;
    }

    private static void run(String... command) throws IOException {
        Path log = Files.createTempFile("judge", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                abort(String.join(" ", command) + " took longer than 10 minutes");
            }
            if (process.exitValue() != 0) {
                abort(String.join(" ", command) + " failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abort("interrupted");
        } finally {
            Files.deleteIfExists(log);
        }
    }

    @Override
    public void close() throws IOException {
        commands.close();
        process.destroy();
    }
}
