package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.lab.Lab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The start-up for JShell, run through the real {@code jshell} of each JDK that the toolkit supports. */
class JShellIT {
    private static final String SESSION = """
            var bear = Bear.open()
            bear
            bear.models()
            bear.models().tagged("built-in").show()
            var model = bear.model("bear-tiny")
            model.download()
            model.activate()
            try (var s = bear.session("bear-tiny").open()) { System.out.println("Once" + s.generate("Once").text()); }
            bear.ask("Where does Greta live?")
            bear.model("bear-tinny")
            /exit 40 + bear.models().downloaded().list().size()
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {17, 25})
    void showsEachValueInOneLineAndEndsAsTold(int feature) throws IOException, InterruptedException {
        Path jdk = jdk(feature).orElseGet(() -> abort("no JDK " + feature + " found beside this one"));

        Session session = run(jdk, SESSION);

        assertThat(session.output()).contains("bear.help() says what there is", "show() prints a value whole");
        assertThat(session.output()).doesNotContain("\r", "cannot find symbol", "WARNING");
        assertThat(session.shown("bear ==> ")).hasSizeLessThanOrEqualTo("bear ==> ".length() + 80);
        assertThat(session.output()).contains("1 model").containsPattern("bear-tiny.*Q8_0");
        assertThat(session.shown("model ==> ")).contains("bear-tiny");
        assertThat(session.output()).containsPattern("download of .*bear-tiny.*: 100 %");
        assertThat(session.output()).contains("Once upon a time there was a");
        assertThat(session.output()).containsPattern("\\$\\d+ ==> \\d+ tokens");
        // The message names the nearest model, and no wall of frames follows.
        assertThat(session.output())
                .containsPattern("BearException.*bear-tinny")
                .doesNotContain("at ai.bearllm");
        assertThat(session.exit()).isEqualTo(41);
    }

    private record Session(String output, int exit) {
        String shown(String prefix) {
            return output.lines()
                    .filter(line -> line.contains(prefix))
                    .map(line -> line.substring(line.indexOf(prefix)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no line shows " + prefix + " in " + output));
        }
    }

    private Session run(Path jdk, String input) throws IOException, InterruptedException {
        Path script = Files.writeString(folder.resolve("session.jsh"), input);
        Path output = folder.resolve("output.txt");
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        Path launcher = Lab.project().resolve("kernel-config/jshell/bear-jshell" + (windows ? ".cmd" : ""));
        // JShell keeps settings in the preferences; the person's own stay out of this.
        List<String> command =
                List.of(launcher.toString(), "-J-Djava.util.prefs.userRoot=" + folder, "-R-Duser.home=" + folder);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(script.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("BEAR_HOME", folder.resolve("home").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("jshell ended").isTrue();
            return new Session(Files.readString(output, StandardCharsets.UTF_8), process.exitValue());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** This JDK, or one installed beside it. */
    private static Optional<Path> jdk(int feature) throws IOException {
        Path here = Path.of(System.getProperty("java.home")).toRealPath();
        if (Runtime.version().feature() == feature) {
            return Optional.of(here);
        }
        Path siblings = here.getParent();
        if (siblings == null) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(siblings)) {
            return folders.filter(home -> Files.isExecutable(home.resolve("bin/jshell")))
                    .filter(home -> isFeature(home, feature))
                    .findFirst();
        }
    }

    private static boolean isFeature(Path home, int feature) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + feature + ".");
        } catch (IOException e) {
            return false;
        }
    }
}
