package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer decoded = CharBuffer.allocate(16);

    @Test
    void agreesWithTheJdkOnEverySequenceOfThreeBytesAndOnRandomOnes() {
        byte[] bytes = new byte[3];
        // The first byte decides; the third only continues: eight of its values cover every case.
        for (int i = 0; i < 1 << 19; i++) {
            bytes[0] = (byte) (i >> 11);
            bytes[1] = (byte) (i >> 3);
            bytes[2] = (byte) ((i & 7) << 5 | 5);
            agrees(bytes);
        }
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] four = new byte[4];
            random.nextBytes(four);
            four[0] = (byte) (0xF0 | four[0]);
            agrees(four);
        }
    }

    private void agrees(byte[] bytes) {
        boolean valid = Utf8.firstInvalid(bytes, 0, bytes.length) < 0;
        boolean jdk = !decoder.reset()
                .decode(ByteBuffer.wrap(bytes), decoded.clear(), true)
                .isError();
        if (valid != jdk) {
            assertThat(valid).as(HexFormat.of().formatHex(bytes)).isEqualTo(jdk);
        }
    }

    @Test
    void namesThePlaceOfTheFirstBadByte() {
        byte[] bytes = {'a', (byte) 0xC3, (byte) 0xBC, (byte) 0xC3, 'b'};
        assertThat(Utf8.firstInvalid(bytes, 0, 5)).isEqualTo(3);
        assertThat(Utf8.firstInvalid(bytes, 0, 3)).isEqualTo(-1);
        assertThat(Utf8.firstInvalid(bytes, 0, 2)).isEqualTo(1);
    }
}
