package ai.bearllm.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Another process for tests: a JVM with the tests' class path, ended when the test ends. */
final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private Child(Process process) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Child start(List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), Child.class.getName()));
        command.addAll(List.of(arguments));
        return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** The next line that the process prints, past newer JVMs' warnings about native access; "end" when it has ended. */
    String line() throws IOException {
        String line = out.readLine();
        while (line != null && (line.isBlank() || line.startsWith("WARNING: "))) {
            line = out.readLine();
        }
        return line == null ? "end" : line;
    }

    /** All that is still printed. */
    String rest() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = line(); !line.equals("end"); line = line()) {
            all.append(line).append('\n');
        }
        return all.toString();
    }

    long pid() {
        return process.pid();
    }

    /** Ends it at once, as SIGKILL does, and waits until it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
        out.close();
    }

    /** {@code hold HOME} leases until its input ends; {@code lease HOME} adds a row and counts, {@code patient HOME} too but waits; {@code journal HOME} appends and waits. */
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[1]);
        if (arguments[0].equals("journal")) {
            Journal.in(home.resolve("journal"), 1).append("{\"n\":1}");
            System.out.println("written");
            await();
        } else {
            System.out.println(lease(arguments[0], home));
        }
    }

    static String lease(String mode, Path home) {
        Store store = Store.at(
                home, mode.equals("patient") ? StoreSettings.DEFAULT : StoreSettings.DEFAULT.patience(Duration.ZERO));
        try {
            long rows = store.write(Things.SCHEMA, database -> {
                database.update("insert into things(n) values (1)");
                if (mode.equals("hold")) {
                    System.out.println("held");
                    await();
                }
                return Things.count(database);
            });
            return "rows " + rows;
        } catch (ai.bearllm.model.BearException e) {
            return e.getMessage();
        }
    }

    private static void await() {
        try {
            System.in.read();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
