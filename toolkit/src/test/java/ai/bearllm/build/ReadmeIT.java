package ai.bearllm.build;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.Bear;
import ai.bearllm.chart.Figure;
import ai.bearllm.chart.Theme;
import ai.bearllm.lab.Lab;
import ai.bearllm.lab.Notebooks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README shows what its commands really print: each block is made anew and compared, numbers and long texts aside. With
 * {@code -Dbear.readme=write} the blocks and the pictures are written instead.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the blocks are made with the POSIX launcher")
class ReadmeIT {
    private static final Path README = Lab.project().resolve("README.md");
    private static final Path PICTURES = Lab.project().resolve("notebooks/images");
    private static final boolean WRITE = "write".equals(System.getProperty("bear.readme"));
    private static final List<String> TYPED = List.of(
            "var bear = Bear.open()",
            "bear.models()",
            "bear.models().small().tagged(\"chat\").show()",
            "var model = bear.model(\"bear-tiny\").download()",
            "model.validate()",
            "model.activate()",
            "var chat = bear.chat().temperature(0).open()",
            "chat.ask(\"Tell me a story about Greta and honey.\")",
            "chat.ask(\"Where does Greta live?\")",
            "bear.model(\"bear-tyni\")");

    @TempDir
    Path folder;

    @Test
    void showsAJShellSessionAsItIs() throws Exception {
        List<String> answers = Shell.type(folder, TYPED);
        StringBuilder block = new StringBuilder("```text\n");
        for (int i = 0; i < TYPED.size(); i++) {
            block.append("jshell> ").append(TYPED.get(i)).append('\n');
            answers.get(i)
                    .lines()
                    .filter(ReadmeIT::lasts)
                    .forEach(line -> block.append(line.stripTrailing()).append('\n'));
        }
        checkOrWrite("jshell", block.append("```\n").toString());
    }

    /** Of a job's progress, only the last line is the same each time. */
    private static boolean lasts(String line) {
        return !line.isBlank() && (!line.contains(" %, ") || line.contains(" done in "));
    }

    @Test
    void showsANotebookCellAsItIs() throws Exception {
        String cell = "bear.models().small()";
        Notebooks.Executed executed = Notebooks.in(folder)
                .with("BEAR_HOME", folder.resolve("home").toString())
                .run(
                        "import ai.bearllm.Bear;\nvar bear = Bear.open();",
                        "bear.model(\"bear-tiny\").download().activate();",
                        cell);
        checkOrWrite(
                "notebook",
                "```java\n" + cell + "\n```\n\n```text\n"
                        + executed.outputs(cell, "text/plain").stripTrailing() + "\n```\n");
    }

    @Test
    void showsAChartOfARealComparison() throws Exception {
        try (Bear bear = Bear.open(folder.resolve("home").toString())) {
            bear.model("bear-tiny").download();
            Path file =
                    folder.resolve("home/models/HuggingFaceTB/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
            Files.createDirectories(file.getParent());
            Files.copy(Lab.smollm2(), file);
            bear.model("smollm2").download();
            var result = bear.bench()
                    .models("bear-tiny", "smollm2")
                    .prompt(128)
                    .generate(32)
                    .samples(8)
                    .run();
            Figure figure = result.chart();
            String code =
                    "var result = bear.bench().models(\"bear-tiny\", \"smollm2\").prompt(128).generate(32).samples(8).run();\n"
                            + "result.compare();\nresult.chart();\n";
            picture("chart-light.png", figure.png(Theme.LIGHT, 1.5));
            picture("chart-dark.png", figure.png(Theme.DARK, 1.5));
            checkOrWrite("chart", """
                    ```java
                    %s```

                    ```text
                    %s
                    ```

                    <picture>
                      <source media="(prefers-color-scheme: dark)" srcset="notebooks/images/chart-dark.png">
                      <img src="notebooks/images/chart-light.png" alt="%s">
                    </picture>
                    """.formatted(
                            code,
                            result.compare().sheet().text().stripTrailing(),
                            figure.description().replace("\"", "&quot;").replace("\n", " ")));
        }
    }

    private static void picture(String name, byte[] png) throws IOException {
        Path file = PICTURES.resolve(name);
        if (WRITE) {
            Files.createDirectories(PICTURES);
            Files.write(file, png);
        }
        var fresh = ImageIO.read(new ByteArrayInputStream(png));
        var shown = ImageIO.read(file.toFile());
        assertThat(List.of(shown.getWidth(), shown.getHeight()))
                .isEqualTo(List.of(fresh.getWidth(), fresh.getHeight()));
    }

    private static void checkOrWrite(String name, String fresh) throws IOException {
        Pattern place = Pattern.compile("(?s)(<!-- " + name + " -->\n)(.*?)(<!-- /" + name + " -->)");
        String readme = Files.readString(README);
        Matcher matcher = place.matcher(readme);
        assertThat(matcher.find()).as("README.md has a place for " + name).isTrue();
        if (WRITE) {
            Files.writeString(README, readme.substring(0, matcher.end(1)) + fresh + readme.substring(matcher.start(3)));
            return;
        }
        assertThat(likeness(matcher.group(2)))
                .as("README.md shows what its commands print; -Dbear.readme=write writes it anew")
                .isEqualTo(likeness(fresh));
    }

    /**
     * What must be the same: words, not numbers, widths or rules of tables; of long lines the beginning, since a model's text
     * may part late where two continuations are nearly as likely on another processor.
     */
    private static List<String> likeness(String block) {
        List<String> lines = new ArrayList<>();
        for (String line : block.lines().toList()) {
            String words = line.replaceAll("[0-9][0-9.,:]*( [kMG]?B\\b)?", "#")
                    .replaceAll("\\b(faster|slower|no difference shown)\\b", "…")
                    .replaceAll("\\s+", " ")
                    .strip();
            lines.add(words.length() > 60 ? words.substring(0, 60) : words);
        }
        return lines;
    }
}
