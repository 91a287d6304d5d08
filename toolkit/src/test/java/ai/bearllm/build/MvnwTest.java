package ai.bearllm.build;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Lab;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real mvnw in a copied project with a PATH of the test's own making. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "mvnw is a POSIX script; mvnw.cmd has no test here")
class MvnwTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void copyTheProject() throws IOException {
        path = Files.createDirectories(folder.resolve("path"));
        Files.createDirectories(folder.resolve("project/.mvn/wrapper"));
        for (String file : List.of("mvnw", ".mvn/wrapper/FetchMaven.java", ".mvn/wrapper/maven-wrapper.properties")) {
            Files.copy(Lab.project().resolve(file), folder.resolve("project").resolve(file));
        }
        script("java", "exec '" + Path.of(System.getProperty("java.home"), "bin/java") + "' \"$@\"");
    }

    @Test
    void usesAMavenOnThePathThatIsNewEnough() throws Exception {
        script("mvn", "echo \"Apache Maven 3.8.7 called with $*\"");
        assertThat(mvnw(Map.of(), "verify"))
                .isEqualTo("0: Apache Maven 3.8.7 called with -f "
                        + folder.toRealPath().resolve("project/pom.xml") + " verify");
    }

    @Test
    void fetchesThePinnedMavenWhereTheOneOnThePathIsTooOld() throws Exception {
        script("mvn", "echo 'Apache Maven 3.6.3 (old)'");
        String sha512 = publish("echo pinned maven called with \"$@\"");
        pin(sha512);
        String pom = folder.toRealPath().resolve("project/pom.xml").toString();
        assertThat(mvnw(repository(), "-v")).contains("0: ").endsWith("pinned maven called with -f " + pom + " -v");
        // The second time it is there already: no repository is needed.
        assertThat(mvnw(Map.of("MVNW_REPOURL", "file:///nowhere"), "-v")).startsWith("0: pinned maven");
    }

    @Test
    void refusesAMavenWhoseDigestIsNotThePinnedOne() throws Exception {
        publish("echo hostile");
        assertThat(mvnw(repository(), "-v"))
                .startsWith("1: ")
                .contains("the SHA-512 of")
                .contains("is pinned; nothing was installed")
                .doesNotContain("hostile");
    }

    @Test
    void saysWhatToDoWhereMavenCannotBeFetched() throws Exception {
        assertThat(mvnw(Map.of("MVNW_REPOURL", "file:///nowhere"), "-v"))
                .startsWith("1: ")
                .contains("could not fetch file:///nowhere/")
                .contains("Put a Maven 3.8.7 or newer on the PATH, or set MVNW_REPOURL");
    }

    @Test
    void saysInOneLineThatAnOldJdkIsTooOld() throws Exception {
        script("java", "echo 'openjdk version \"11.0.22\" 2024-01-16' >&2");
        assertThat(mvnw(Map.of(), "verify"))
                .isEqualTo("1: mvnw: Bear needs a JDK 17 or newer but java is 11.0.22."
                        + " Install one, or set JAVA_HOME to one.");
    }

    @Test
    void saysInOneLineThatThereIsNoJava() throws Exception {
        Files.delete(path.resolve("java"));
        assertThat(mvnw(Map.of("PATH", path + ":" + tools()), "verify"))
                .startsWith("1: mvnw: no Java found")
                .contains("Install a JDK 17 or newer");
    }

    private Map<String, String> repository() {
        return Map.of("MVNW_REPOURL", folder.resolve("repository").toUri().toString());
    }

    private void pin(String sha512) throws IOException {
        Path properties = folder.resolve("project/.mvn/wrapper/maven-wrapper.properties");
        Files.writeString(properties, Files.readString(properties).replaceAll("Sha512Sum=\\w+", "Sha512Sum=" + sha512));
    }

    /** Puts an archive with this launcher where a Maven repository has the pinned one; returns its SHA-512. */
    private String publish(String launcher) throws Exception {
        String version = Files.readString(folder.resolve("project/.mvn/wrapper/maven-wrapper.properties"))
                .replaceAll("(?s).*mavenVersion=(\\S+).*", "$1");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("apache-maven-" + version + "/bin/mvn"));
            zip.write(("#!/bin/sh\n" + launcher + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Path archive = folder.resolve(
                "repository/org/apache/maven/apache-maven/" + version + "/apache-maven-" + version + "-bin.zip");
        Files.createDirectories(archive.getParent());
        Files.write(archive, bytes.toByteArray());
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes.toByteArray()));
    }

    private void script(String name, String body) throws IOException {
        script(path.resolve(name), body);
    }

    private static void script(Path file, String body) throws IOException {
        Path script = Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    /** A folder with the few standard tools that the script uses, and neither a Java nor a Maven. */
    private Path tools() throws IOException {
        Path tools = folder.resolve("tools");
        if (Files.notExists(tools)) {
            Files.createDirectories(tools);
            for (String tool : List.of("sh", "sed", "head", "sort", "dirname")) {
                Path real = Stream.of(Path.of("/usr/bin", tool), Path.of("/bin", tool))
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
                script(tools.resolve(tool), "exec " + real + " \"$@\"");
            }
        }
        return tools;
    }

    private String mvnw(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "project/mvnw");
        builder.command().addAll(List.of(arguments));
        builder.directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", path + ":" + tools());
        builder.environment().put("MAVEN_USER_HOME", folder.resolve("home").toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + ": " + output.strip();
    }
}
