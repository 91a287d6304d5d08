package ai.bearllm.gguf;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(gguf.toString().length()).isLessThanOrEqualTo(80);
        assertThat(gguf.sheet().text()).isNotEmpty();
        gguf.metadata().values().values().forEach(value -> {
            if (value instanceof GgufArray array) {
                assertThat(array.values()).hasSize((int) array.size());
            }
        });
    }
}
