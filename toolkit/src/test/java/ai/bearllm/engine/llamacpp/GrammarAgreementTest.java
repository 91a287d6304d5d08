package ai.bearllm.engine.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.grammar.Grammar;
import ai.bearllm.grammar.GrammarException;
import ai.bearllm.lab.Lab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our reader of grammars and the library's take and refuse the same texts, but for what the library should refuse too. */
@Timeout(120)
class GrammarAgreementTest {
    private static final List<String> GOOD = List.of(
            "root ::= \"a\"",
            "root ::= [a-z]+ | \"x\"? # comment\n",
            "root ::= (\n \"a\" # in\n | \"b\"\n) \"c\"",
            "root ::= x{2} x{1,} x{0,3}\nx ::= [^\\x00-\\x1f\"\\\\]",
            "root ::= .",
            "root ::= \"\" | \"a\"",
            "root ::=",
            "root ::= \"\\\"\\\\\\n\\r\\t\\x41\\u00e9\\U0001F43B\"",
            "root ::= [\\[\\]^a-]",
            "root ::= a-1 B2\na-1 ::= \"x\"\nB2 ::= \"y\"",
            "\n\n# x\r\nroot ::= \"a\" |\n \"b\"\r\n",
            "root ::= \"a\"{ 2 , 3 }",
            "root ::= (((((\"a\")))))*",
            "root ::= \"é🐻漢\"",
            "root ::= \"(\" root \")\" | \"x\"",
            "root ::= \"a\"{0}",
            "root ::= \"new\nline\"");

    private static final List<String> BAD = List.of(
            "x ::= \"a\"",
            "root ::= y",
            "root ::= \"a",
            "root ::= [a",
            "root ::= \"\\q\"",
            "root ::= \"\\x4\"",
            "root ::= *",
            "root ::= \"\"+",
            "root ::= \"a\"{x}",
            "root ::= (\"a\"",
            "root ::= \"a\")",
            "root = \"a\"",
            "root ::= \"a\"\n | \"b\"",
            "root ::= \"a\" $",
            "root ::= \"a\"{99999999999999999999}",
            "root ::= a_b",
            "::= \"a\"",
            "root ::= \"a\"{1,2",
            "root ::= \"a\"{,2}");

    @TempDir
    Path directory;

    @Test
    void theLibraryTakesWhatWeTakeAndRefusesWhatWeRefuse() throws Exception {
        List<String> all = new ArrayList<>(GOOD);
        GOOD.forEach(text -> all.add(Grammar.parse(text).normalized()));
        all.add(Grammar.ofJsonSchema("{}").normalized());
        all.add(Grammar.ofJsonSchema("{\"type\": \"string\", \"maxLength\": 300}")
                .normalized());
        int good = all.size();
        all.addAll(BAD);
        List<String> said = askTheLibrary(all);
        for (int i = 0; i < all.size(); i++) {
            String text = all.get(i);
            if (i < good) {
                assertThatCode(() -> Grammar.parse(text)).as(text).doesNotThrowAnyException();
                assertThat(said.get(i)).as(text).doesNotContain("pars", "root");
            } else {
                assertThatThrownBy(() -> Grammar.parse(text)).as(text).isInstanceOf(GrammarException.class);
                assertThat(said.get(i)).as(text).containsAnyOf("failed to parse grammar", "does not contain a 'root'");
            }
        }
    }

    /** What it wrote to its error stream for each. */
    private List<String> askTheLibrary(List<String> grammars) throws IOException, InterruptedException {
        Path input = Files.writeString(
                directory.resolve("in"),
                grammars.stream()
                        .map(text -> Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\n")
                        .collect(Collectors.joining()));
        Path errors = directory.resolve("errors");
        Path natives = Files.createDirectory(directory.resolve("natives"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dde.kherud.llama.tmpdir=" + natives,
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeGrammars.class.getName(),
                        Lab.project()
                                .resolve("data/bear-tiny/bear-tiny.gguf")
                                .toAbsolutePath()
                                .toString(),
                        natives.toString())
                .redirectInput(input.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS))
                    .as("ended by itself")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String whole = Files.readString(errors, StandardCharsets.ISO_8859_1);
        assertThat(whole).as("exit code %d", process.exitValue()).contains("#done");
        List<String> parts = List.of(whole.split("(?m)^#(\\d+|done)$", -1));
        return parts.subList(1, grammars.size() + 1);
    }
}
