package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Lab;
import ai.bearllm.lab.Notebooks;
import ai.bearllm.lab.Notebooks.Executed;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notebook that people start from, executed in a fresh home by the kernel that they get. */
class QuickstartNotebookIT {
    private static final Path NOTEBOOK = Lab.project().resolve("notebooks/quickstart.ipynb");

    @TempDir
    Path folder;

    @Test
    void doesTheWholeJobInAFreshHome() throws IOException, InterruptedException {
        Executed executed = Notebooks.in(folder)
                .with("BEAR_HOME", folder.resolve("home").toString())
                .run(NOTEBOOK);

        findsAndInstalls(executed);
        talks(executed);
        measures(executed);
        assertThat(folder.resolve("bear-quickstart.html")).content().contains("<html", "bear-tiny", "a9df0de0");
    }

    private static void findsAndInstalls(Executed executed) {
        assertThat(executed.outputs("Bear.open()")).isEmpty();
        assertThat(executed.outputs("bear.models()", "text/html")).contains("<table>", "bear-tiny", "Mistral");
        assertThat(executed.outputs("bear.models()", "text/plain")).contains("bear-tiny");

        JsonNode download = executed.outputs("model.download()").get(0);
        assertThat(download.get("output_type").asText()).isEqualTo("display_data");
        assertThat(executed.outputs("model.download()", "text/html"))
                .contains("aria-valuenow=\"100\"")
                .doesNotContain("aria-live");
        assertThat(executed.outputs("model.download()", "text/plain")).contains("100 %");
        assertThat(executed.outputs("model.validate()", "text/html")).contains("<table>", "SHA-256");
        assertThat(executed.outputs("model.activate()", "text/plain")).contains("bear-tiny");
    }

    private static void talks(Executed executed) {
        assertThat(executed.outputs("bear.ask(", "text/plain")).contains("Greta", "honey");
        assertThat(executed.outputs("chat.ask(\"Tell", "text/plain"))
                .contains("Once upon a time there was a little bear named Greta.");
        assertThat(executed.outputs("chat.ask(\"Where", "text/plain")).contains("She lives in a cave.");
        assertThat(executed.outputs("chat.history()", "text/plain"))
                .contains("Where does Greta live?", "She lives in a cave.");
    }

    private static void measures(Executed executed) {
        assertThat(executed.outputs("bear.bench()", "text/plain")).contains("100 %");
        assertThat(executed.outputs("result.samples()", "text/html")).contains("<table>", "warm-up");
        assertThat(executed.outputs("result.chart()", "text/html"))
                .contains("<figure", "data:image/svg+xml", "<table>");
        assertThat(executed.outputs("bear.usage()", "text/html")).contains("<table>", "bear-tiny");
    }

    @Test
    void isStoredWithoutOutputs() throws IOException {
        JsonNode notebook = new ObjectMapper().readTree(NOTEBOOK.toFile());

        for (JsonNode cell : notebook.get("cells")) {
            assertThat(cell.path("outputs")).isEmpty();
            assertThat(cell.path("execution_count").isNumber()).isFalse();
        }
    }

    @Test
    void namesNoPersonAndNoPathOfAMachine() {
        assertThat(NOTEBOOK).content().doesNotContainPattern(Pattern.compile("/home/|/Users/|/root/|[A-Z]:\\\\\\\\"));
    }
}
