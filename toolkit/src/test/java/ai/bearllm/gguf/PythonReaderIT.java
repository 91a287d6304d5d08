package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.bearllm.lab.Lab;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agreement with the Python package gguf on every field and tensor: of the built-in model, of a real one, and of files that the
 * package writes, of every type of value and tensor, in both byte orders, split.
 *
 * <p>With {@code -Dbear.gguf.files=FOLDER} also of every .gguf file below that folder, for example llama.cpp's vocabularies: the
 * source package {@code llama-cpp-python} of PyPI has them in {@code vendor/llama.cpp/models}. Nineteen files, half a minute.
 */
class PythonReaderIT {
    private static final String SCRIPT = "agreement.py";

    @TempDir
    Path folder;

    @Test
    void agreesOnEveryFieldOfEveryFile() throws Exception {
        python("write", List.of(folder));
        List<Path> files = new ArrayList<>(below(folder));
        assertThat(files).as("written by the package").hasSize(11);
        files.add(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        files.add(Lab.smollm2());
        String more = System.getProperty("bear.gguf.files", "");
        if (!more.isEmpty()) {
            files.addAll(below(Path.of(more)));
        }
        List<String> answers = python("read", files);
        assertThat(answers).hasSameSizeAs(files);
        for (int i = 0; i < answers.size(); i++) {
            compare(files.get(i), new ObjectMapper().readTree(answers.get(i)));
        }
        partsAreOneModel();
    }

    private static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> path.toString().endsWith(".gguf"))
                    .sorted()
                    .toList();
        }
    }

    private void partsAreOneModel() {
        for (String name : List.of("split-00002-of-00003.gguf", "first-00003-of-00004.gguf")) {
            Gguf gguf = Gguf.read(folder.resolve(name));
            assertThat(gguf.name()).contains("In parts");
            assertThat(gguf.tensors()).extracting(GgufTensor::name).hasSize(5).doesNotHaveDuplicates();
            assertThat(gguf.findings()).isEmpty();
        }
    }

    private static void compare(Path file, JsonNode theirs) {
        Gguf ours = Gguf.readPart(file);
        String name = file.getFileName().toString();
        assertThat(ours.version()).as(name).isEqualTo(theirs.get("version").asInt());
        assertThat(ours.alignment()).as(name).isEqualTo(theirs.get("alignment").asLong());
        // A file without tensors may end before its padding.
        assertThat(ours.dataOffset())
                .as(name)
                .isEqualTo(Math.min(theirs.get("data").asLong(), ours.size().bytes()));
        assertThat(ours.metadata().keys())
                .as(name)
                .containsExactlyElementsOf(() -> theirs.get("fields").fieldNames());
        ours.metadata().values().forEach((key, value) -> {
            JsonNode field = theirs.get("fields").get(key);
            List<Object> found = described(value);
            List<Object> expected = List.of(
                    field.get(0).asText(),
                    field.get(1).asText(),
                    field.get(2).asLong(),
                    field.get(3).asText());
            assertThat(found).as(name + " " + key).isEqualTo(expected);
        });
        List<String> tensors = new ArrayList<>();
        theirs.get("tensors").forEach(tensor -> tensors.add(tensor.toString()));
        assertThat(ours.tensors().stream().map(PythonReaderIT::described))
                .as(name)
                .containsExactlyElementsOf(tensors);
    }

    private static String described(GgufTensor tensor) {
        return new ObjectMapper()
                .createArrayNode()
                .add(tensor.name())
                .add(tensor.type().name())
                .addPOJO(tensor.dimensions())
                .add(tensor.offset())
                .add(tensor.bytes())
                .add(tensor.elements())
                .toString();
    }

    /** Outer type, type of the leaves, their number, and the digest of their bytes one after the other. */
    private static List<Object> described(GgufValue value) {
        Leaves leaves = new Leaves();
        leaves.add(value);
        return List.of(
                value.type().name(),
                leaves.type,
                leaves.count,
                Sha256.of(leaves.digest.digest()).hex());
    }

    /** What stands in a value when arrays are taken apart. */
    private static final class Leaves {
        private final MessageDigest digest = Sha256.newDigest();
        private long count;
        private String type = "";

        void add(GgufValue value) {
            if (value instanceof GgufArray array) {
                add(array);
            } else if (value instanceof GgufValue.Text text) {
                text(text.value());
            } else if (value instanceof GgufValue.Whole whole) {
                leaf(whole.type(), ByteBuffer.allocate(8).putLong(whole.value()).array());
            } else if (value instanceof GgufValue.Decimal decimal) {
                decimal(decimal.type(), decimal.value());
            } else if (value instanceof GgufValue.Flag flag) {
                leaf(ValueType.BOOL, new byte[] {(byte) (flag.value() ? 1 : 0)});
            }
        }

        private void add(GgufArray array) {
            ValueType element = array.elementType();
            if (element == ValueType.STRING) {
                array.eachText(this::text);
            } else if (element.isWhole()) {
                Arrays.stream(array.integers())
                        .forEach(number -> leaf(
                                element, ByteBuffer.allocate(8).putLong(number).array()));
            } else if (element.isDecimal()) {
                Arrays.stream(array.decimals()).forEach(number -> decimal(element, number));
            } else {
                array.values().forEach(this::add);
            }
        }

        private void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(8).putLong(bytes.length).array());
            leaf(ValueType.STRING, bytes);
        }

        private void decimal(ValueType leafType, double number) {
            leaf(
                    leafType,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.BIG_ENDIAN)
                            .putDouble(number)
                            .array());
        }

        private void leaf(ValueType leafType, byte[] bytes) {
            digest.update(bytes);
            count++;
            type = leafType.name();
        }
    }

    /** What the script prints, line by line. */
    private List<String> python(String command, List<Path> arguments) throws IOException, InterruptedException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream in = PythonReaderIT.class.getResourceAsStream(SCRIPT)) {
            Files.write(script, in.readAllBytes());
        }
        List<String> words = new ArrayList<>(List.of(Lab.python().toString(), script.toString(), command));
        arguments.forEach(argument -> words.add(argument.toString()));
        Path errors = folder.resolve("errors.txt");
        Process process =
                new ProcessBuilder(words).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(errors);
        if (said.contains("No module named 'gguf'")) {
            abort("the Python package gguf needs Python 3.10");
        }
        assertThat(process.exitValue()).as(said).isZero();
        return output.lines().toList();
    }
}
