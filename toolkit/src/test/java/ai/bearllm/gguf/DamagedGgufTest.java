package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import ai.bearllm.lab.Lab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Whatever the bytes: a file is read or refused by the one exception, and costs no more memory than it is long. */
class DamagedGgufTest {
    private static final int ROUNDS = 5_000;
    private static final long[] NASTY = {
        0,
        1,
        -1,
        31,
        255,
        65_535,
        Integer.MAX_VALUE,
        1L << 31,
        1L << 32,
        1L << 61,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    @Test
    void refusesTheBuiltInModelCutAtEveryByteOfItsHeader() throws IOException {
        byte[] file = Files.readAllBytes(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        long data = Gguf.read(Memory.source(file)).dataOffset();
        for (int length = 0; length <= data; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(GgufFormatException.class)
                    .as("cut to %s bytes", length)
                    .isThrownBy(() -> Gguf.read(Memory.source(cut)));
        }
        for (int length = (int) data; length < file.length; length += 65_537) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(GgufFormatException.class)
                    .isThrownBy(() -> Gguf.read(Memory.source(cut)))
                    .withMessageContaining("tensor-bounds");
        }
    }

    @Test
    void readsOrRefusesFilesWithDamagedBytes() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<byte[]> files = List.of(
                GgufBuilder.model().bytes(),
                GgufBuilder.model(2, ByteOrder.LITTLE_ENDIAN).bytes(),
                GgufBuilder.model(1, ByteOrder.LITTLE_ENDIAN).bytes(),
                GgufBuilder.model(3, ByteOrder.BIG_ENDIAN).bytes());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = files.get(random.nextInt(files.size())).clone();
            damage(file, random);
            try {
                ReadOrRefused.check(file);
            } catch (Throwable e) {
                fail(
                        "seed " + seed + ", round " + round + ", file "
                                + HexFormat.of().formatHex(file),
                        e);
            }
        }
    }

    private static void damage(byte[] file, RandomGenerator random) {
        // The header, metadata and table are what is read: damage goes there.
        int header = Math.min(file.length - 8, 1400);
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(header);
            switch (random.nextInt(3)) {
                case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> file[at] = (byte) random.nextInt();
                default ->
                    ByteBuffer.wrap(file)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(at, NASTY[random.nextInt(NASTY.length)]);
            }
        }
    }
}
