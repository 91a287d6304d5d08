package ai.bearllm.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FontsTest {
    @TempDir
    Path folder;

    /** Runs in a JVM of its own, whose fontconfig knows no folder with fonts, as in a small container. */
    @Test
    void withoutFontsTheFigureIsItsTableAndSaysWhy() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux finds its fonts through fontconfig");
        Path config = Files.writeString(
                folder.resolve("fonts.conf"),
                "<?xml version=\"1.0\"?><fontconfig><cachedir>" + folder + "</cachedir></fontconfig>");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-XX:TieredStopAtLevel=1",
                        "-Duser.home=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        FontlessProgram.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("FONTCONFIG_FILE", config.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains(
                        "svg: ai.bearllm.model.BearException: A chart could not be drawn, because this Java found no fonts")
                .contains("<table>")
                .contains("Install fonts and fontconfig");
    }
}
