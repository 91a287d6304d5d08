package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.gguf.GgufBuilder;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file's bytes are, a validation ends with checks, not with an exception. */
class AnyFileFuzzTest {
    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void validatesAnyBytes(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".gguf");
        try {
            check(Files.write(file, bytes));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void validatesModelsWithRandomDamage(@TempDir Path folder) throws IOException {
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = model(random).bytes();
            for (int k = random.nextInt(6); k > 0; k--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length;
            check(Files.write(folder.resolve("damaged.gguf"), java.util.Arrays.copyOf(bytes, length)));
        }
    }

    private static GgufBuilder model(Random random) {
        ByteOrder order = random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        GgufBuilder file = GgufBuilder.model(3, order);
        for (String name : new String[] {"Q4_K", "IQ1_M", "NVFP4", "BF16"}) {
            var type = Blocks.type(name);
            file.tensor(
                    name.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    type.id(),
                    OptionalLong.empty(),
                    Blocks.sound(type, 4, order, random),
                    4L * type.blockElements());
        }
        return file;
    }

    private static void check(Path file) {
        Validation full = new ValidationRun(file, new Given()).run();
        Validation quick = new ValidationRun(file, new Given().with(given -> given.level = Level.QUICK)).run();
        assertThat(full.checks()).isNotEmpty();
        assertThat(full.sha256()).isPresent();
        assertThat(full.toString().length()).isLessThanOrEqualTo(80);
        assertThat(full.sheet().text()).isNotEmpty();
        assertThat(full.ok() && !quick.ok()).isFalse();
    }
}
