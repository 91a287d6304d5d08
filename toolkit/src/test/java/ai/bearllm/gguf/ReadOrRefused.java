package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What holds for any bytes: they are read or refused by the one exception, at a cost bounded by their length. */
final class ReadOrRefused {
    private ReadOrRefused() {}

    static void check(byte[] file) {
        Gguf gguf;
        try {
            gguf = Gguf.readPart(Memory.source(file));
        } catch (GgufFormatException e) {
            assertThat(e.findings())
                    .isNotEmpty()
                    .allSatisfy(finding ->
                            assertThat(finding.offset().orElseThrow()).isBetween(0L, (long) file.length));
            return;
        } finally {
            assertThat(Memory.toRead(file)).isLessThan(Memory.limit(file.length));
        }
        look(gguf);
    }

    /** Parts as they stand one after the other, each with its length as two bytes in front, read from the first and the last. */
    static void checkParts(byte[] bytes) {
        List<byte[]> parts = apart(bytes);
        Map<String, byte[]> files = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            files.put(name(i, parts.size()), parts.get(i));
        }
        for (int i : new int[] {0, parts.size() - 1}) {
            Gguf gguf;
            try {
                gguf = Gguf.read(new Folder(name(i, parts.size()), files));
            } catch (GgufFormatException e) {
                assertThat(e.findings()).isNotEmpty();
                continue;
            }
            look(gguf);
            assertThat(gguf.parts()).hasSizeLessThanOrEqualTo(parts.size());
            for (GgufTensor tensor : gguf.tensors()) {
                GgufPart part = gguf.parts().get(tensor.part());
                assertThat(tensor.offset()).isGreaterThanOrEqualTo(part.dataOffset());
                assertThat(tensor.offset() + tensor.bytes())
                        .isLessThanOrEqualTo(part.size().bytes());
            }
        }
    }

    private static String name(int number, int count) {
        return String.format(Locale.ROOT, "m-%05d-of-%05d.gguf", number + 1, count);
    }

    private static List<byte[]> apart(byte[] bytes) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        List<byte[]> parts = new ArrayList<>();
        while (rest.remaining() >= 2 && parts.size() < 4) {
            byte[] part = new byte[Math.min(rest.getShort() & 0xFFFF, rest.remaining())];
            rest.get(part);
            parts.add(part);
        }
        if (parts.isEmpty()) {
            parts.add(bytes);
        }
        return parts;
    }

    /** Whatever is asked of a file that was read is answered. */
    private static void look(Gguf gguf) {
        assertThat(gguf.toString().length()).isLessThanOrEqualTo(80);
        assertThat(gguf.quantization().isPresent()).isEqualTo(!gguf.tensors().isEmpty());
        assertThat(gguf.headCounts().size()).isGreaterThanOrEqualTo(0);
        assertThat(gguf.keyValueHeadCounts().size()).isGreaterThanOrEqualTo(0);
        assertThat(gguf.chatTemplates()).isNotNull();
        assertThat(gguf.sheet().text()).isNotEmpty();
        gguf.metadata().values().values().forEach(value -> {
            if (value instanceof GgufArray array) {
                assertThat(array.values()).hasSize((int) array.size());
            }
        });
    }
}
