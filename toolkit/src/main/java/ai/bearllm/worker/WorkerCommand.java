package ai.bearllm.worker;

import ai.bearllm.model.BearException;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** The command line and environment of a worker. */
final class WorkerCommand {
    /** Since this version the JDK asks for the permission to call native code. */
    private static final int ASKS_FOR_NATIVE_ACCESS = 22;

    /** Set by people for the programs they start; a worker would listen on the same ports or load the same agents. */
    private static final List<String> JVM_OPTIONS = List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

    /** Instead of the parent's id where the worker has ids of its own: that number may be another process there. */
    private static final long NOBODY = 0;

    private WorkerCommand() {}

    /**
     * Prepares the process: arguments go through a file, because a class path of a hundred jars is longer than some systems
     * take.
     *
     * @param crashReport where the JVM writes why it crashed
     */
    static ProcessBuilder prepare(Launch launch, PrivateDirectory directory, Path crashReport) throws IOException {
        WorkerSettings settings = launch.settings();
        Path java = java(settings.javaHome());
        List<String> arguments = new ArrayList<>(jvmOptions(settings, directory, crashReport));
        launch.properties().forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        arguments.add("-cp");
        arguments.add(launch.classPath().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        arguments.add(WorkerMain.class.getName());
        arguments.add(directory.socket().toString());
        arguments.add(directory.path().toString());
        boolean alone = launch.sandbox().map(Sandbox::hidesProcesses).orElse(false);
        arguments.add(Long.toString(alone ? NOBODY : ProcessHandle.current().pid()));
        Path file = directory.path().resolve("arguments");
        Files.write(file, arguments.stream().map(WorkerCommand::quoted).toList());
        List<String> command = List.of(java.toString(), "@" + file);
        ProcessBuilder builder = new ProcessBuilder(launch.sandbox()
                .map(sandbox -> sandbox.around(command, launch.confinement(directory)))
                .orElse(command));
        builder.directory(directory.path().toFile());
        builder.redirectErrorStream(true);
        clean(builder.environment());
        if (launch.sandbox().isPresent()) {
            Confinement.keepHarmless(builder.environment());
        }
        return builder;
    }

    /** Quick to start and small: the work is done in native code. */
    private static List<String> jvmOptions(WorkerSettings settings, PrivateDirectory directory, Path crashReport) {
        List<String> options = new ArrayList<>(List.of(
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmx512m",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + crashReport,
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + directory.path(),
                "-Dde.kherud.llama.tmpdir=" + directory.path()));
        if (javaVersion(settings.javaHome()) >= ASKS_FOR_NATIVE_ACCESS) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        return options;
    }

    private static Path java(Path home) {
        for (String name : List.of("java", "java.exe")) {
            Path java = home.resolve("bin").resolve(name);
            if (Files.isExecutable(java)) {
                return java;
            }
        }
        throw new BearException(
                "There is no bin/java in " + home + ", which runs this notebook.",
                "Start the notebook with a complete JDK; a Java runtime made without its launcher cannot start workers.");
    }

    /** The feature version that the installation's own {@code release} file tells, else this process's. */
    private static int javaVersion(Path home) {
        try {
            Properties release = new Properties();
            release.load(new StringReader(Files.readString(home.resolve("release"))));
            String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
            return Runtime.Version.parse(version).feature();
        } catch (IOException | IllegalArgumentException e) {
            return Runtime.version().feature();
        }
    }

    private static void clean(Map<String, String> environment) {
        JVM_OPTIONS.forEach(environment::remove);
        // llama.cpp takes options from here, past those that the load report lists.
        environment.keySet().removeIf(name -> name.startsWith("LLAMA_ARG_"));
        // A worker asks nobody on the network, so it needs no token.
        environment.keySet().removeIf(name -> name.startsWith("HF_") || name.startsWith("HUGGING"));
        // OpenMP's threads spin while they wait; on busy cores that halves the rate.
        environment.put("GOMP_SPINCOUNT", "0");
    }

    /** As the java launcher reads argument files: in quotes, with backslashes escaped. */
    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
