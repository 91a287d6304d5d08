package ai.bearllm.engine.llamacpp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchitecturesTest {
    @TempDir
    Path directory;

    /** A GGUF file with metadata only. */
    private Gguf file(String... metadata) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < metadata.length; i += 2) {
            values.put(metadata[i], metadata[i + 1]);
        }
        ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(0)
                .putLong(values.size());
        values.forEach((key, value) -> {
            text(bytes, key);
            bytes.putInt(8);
            text(bytes, value);
        });
        Path path = directory.resolve("some.gguf");
        Files.write(path, java.util.Arrays.copyOf(bytes.array(), (bytes.position() + 31) / 32 * 32));
        return Gguf.read(path);
    }

    private static void text(ByteBuffer bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.putLong(utf8.length).put(utf8);
    }

    @Test
    void takesWhatTheLibraryKnows() {
        Gguf bearTiny = Gguf.read(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        assertThatCode(() -> Architectures.require(bearTiny, false)).doesNotThrowAnyException();
    }

    @Test
    void saysWhichBuildDoesNotKnowANewerOneAndWhatItKnows() throws IOException {
        Gguf newer = file("general.architecture", "qwen3");
        assertThatThrownBy(() -> Architectures.require(newer, false)).isInstanceOfSatisfying(BearException.class, e -> {
            assertThat(e.problem()).contains("qwen3", "b4916", "March 2025");
            assertThat(e.fix()).contains("qwen2", "newer llama.cpp");
        });
    }

    @Test
    void refusesWhatDoesNotGenerate() throws IOException {
        Gguf encoder = file("general.architecture", "bert");
        assertThatThrownBy(() -> Architectures.require(encoder, false)).hasMessageContaining("does not generate text");
        Gguf adapter = file("general.type", "adapter", "general.architecture", "llama");
        assertThatThrownBy(() -> Architectures.require(adapter, false)).hasMessageContaining("adapter");
        Gguf nameless = file("general.name", "x");
        assertThatThrownBy(() -> Architectures.require(nameless, false))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("general.architecture");
    }
}
