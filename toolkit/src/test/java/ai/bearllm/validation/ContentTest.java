package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.GgmlType;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.gguf.GgufTensor;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ContentTest {
    private static final int BLOCKS = 5;

    @TempDir
    Path folder;

    enum Order {
        LITTLE(ByteOrder.LITTLE_ENDIAN),
        BIG(ByteOrder.BIG_ENDIAN);

        private final ByteOrder bytes;

        Order(ByteOrder bytes) {
            this.bytes = bytes;
        }
    }

    static Stream<Blocks.Field> fields() {
        return Blocks.fields().stream();
    }

    @Test
    void coversEveryTypeThatHoldsFloatingPointNumbers() {
        List<String> wholeNumbers = List.of("I8", "I16", "I32", "I64");
        List<String> covered =
                Blocks.fields().stream().map(Blocks.Field::type).distinct().toList();
        assertThat(GgmlType.all().stream().filter(type -> !type.isRemoved()).map(GgmlType::name))
                .filteredOn(name -> !wholeNumbers.contains(name))
                .containsExactlyInAnyOrderElementsOf(covered);
        assertThat(wholeNumbers)
                .allSatisfy(name -> assertThat(Scale.of(Blocks.type(name))).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("fields")
    void refusesWhatIsNotFiniteInEveryPlaceOfEveryType(Blocks.Field field) {
        GgmlType type = Blocks.type(field.type());
        for (Order order : Order.values()) {
            for (long bits : field.nonFinite()) {
                for (int block : new int[] {0, 3, BLOCKS - 1}) {
                    byte[] data = Blocks.sound(type, BLOCKS, order.bytes, new Random(bits));
                    field.put(data, block * type.blockBytes(), bits, order.bytes);
                    Validation validation = validate(type, data, order.bytes);
                    Finding finding = errors(validation).get(0);
                    long start = tensor(validation).offset();
                    assertThat(validation.failures()).extracting(Check::name).containsExactly("content");
                    assertThat(finding.rule()).isEqualTo("non-finite");
                    assertThat(finding.offset()).hasValue(start + block * type.blockBytes() + field.offset());
                    assertThat(finding.found())
                            .contains("tensor blk.0.test.weight", Long.toHexString(bits))
                            .containsPattern("NaN|Infinity")
                            .contains(type.blockElements() == 1 ? "element " + block : "block " + block);
                    assertThat(errors(validation)).hasSize(1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesNoSoundBlockOfAnyType(Order order) {
        long seed = 20_261_123;
        Random random = new Random(seed);
        for (GgmlType type : GgmlType.all()) {
            for (int i = 0; i < 20 && !type.isRemoved(); i++) {
                byte[] data = Blocks.sound(type, 1 + random.nextInt(40), order.bytes, random);
                Validation validation = validate(type, data, order.bytes);
                assertThat(validation.failures()).as(type + ", seed " + seed).isEmpty();
            }
        }
    }

    /** Chunks end inside blocks, and numbers inside registers. */
    @ParameterizedTest
    @MethodSource("fields")
    void findsItWhereverChunksEnd(Blocks.Field field) {
        GgmlType type = Blocks.type(field.type());
        int blocks = 600_000 / type.blockBytes();
        Random random = new Random(7);
        byte[] sound = Blocks.sound(type, blocks, ByteOrder.LITTLE_ENDIAN, random);
        int chunk = 256 << 10;
        for (int place : new int[] {chunk, 2 * chunk, 600_000 - type.blockBytes()}) {
            for (int distance = -2; distance <= 0; distance++) {
                byte[] data = sound.clone();
                int block = Math.min(blocks - 1, Math.max(0, place / type.blockBytes() + distance));
                field.put(data, block * type.blockBytes(), field.nonFinite().get(0), ByteOrder.LITTLE_ENDIAN);
                Validation validation = validate(type, data, ByteOrder.LITTLE_ENDIAN);
                assertThat(errors(validation))
                        .singleElement()
                        .satisfies(finding -> assertThat(finding.offset())
                                .hasValue(tensor(validation).offset()
                                        + (long) block * type.blockBytes()
                                        + field.offset()));
            }
        }
    }

    @Test
    void warnsOfScalesBeyondAnySaneModelAndRefusesNone() {
        // 8 times this exceeds what 16 bits can hold.
        byte[] data = new byte[18 * BLOCKS];
        new Blocks.Field("Q4_0", 0, Blocks.Form.F16).put(data, 36, 0x6FFF, ByteOrder.LITTLE_ENDIAN);
        assertThat(validate(Blocks.type("Q4_0"), data, ByteOrder.LITTLE_ENDIAN).warnings())
                .isEmpty();
        new Blocks.Field("Q4_0", 0, Blocks.Form.F16).put(data, 36, 0x7000, ByteOrder.LITTLE_ENDIAN);
        Validation validation = validate(Blocks.type("Q4_0"), data, ByteOrder.LITTLE_ENDIAN);
        assertThat(validation.ok()).isTrue();
        assertThat(validation.warnings()).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("magnitude");
            assertThat(finding.found()).contains("scale d of block 2", "8192");
        });
        assertThat(validation.toString()).contains("1 warning");
    }

    @Test
    void knowsThatRotationFactorsSwitchFrequenciesOff() {
        byte[] data = new byte[4 * 32];
        new Blocks.Field("F32", 0, Blocks.Form.F32)
                .put(data, 0, Float.floatToRawIntBits(1e30f), ByteOrder.LITTLE_ENDIAN);
        assertThat(validate(Blocks.type("F32"), data, ByteOrder.LITTLE_ENDIAN).findings())
                .isEmpty();
        new Blocks.Field("F32", 0, Blocks.Form.F32)
                .put(data, 4, Float.floatToRawIntBits(-1e31f), ByteOrder.LITTLE_ENDIAN);
        assertThat(validate(Blocks.type("F32"), data, ByteOrder.LITTLE_ENDIAN).warnings())
                .hasSize(1);
    }

    @Test
    void namesAFewAndCountsTheRest() {
        byte[] data = new byte[34 * 50];
        for (int block = 0; block < data.length; block += 34) {
            new Blocks.Field("Q8_0", 0, Blocks.Form.F16).put(data, block, 0x7E00, ByteOrder.LITTLE_ENDIAN);
        }
        GgufBuilder file = GgufBuilder.model();
        for (int i = 0; i < 200; i++) {
            file.tensor(("noise." + i).getBytes(StandardCharsets.UTF_8), 8, OptionalLong.empty(), data, 32, 50);
        }
        Validation validation =
                Validator.of(file.write(folder.resolve("noise.gguf"))).run();
        assertThat(validation.failures()).extracting(Check::name).containsExactly("content");
        assertThat(validation.findings()).hasSize(101);
        assertThat(validation.findings().get(3).found())
                .isEqualTo("the tensor noise.0 holds 50 numbers that are not finite");
        assertThat(validation.findings().get(100).found()).isEqualTo("700 more findings of this kind");
    }

    @Nested
    class OnePass {
        @Test
        void digestsWhatOthersDigest() throws IOException {
            for (int size : new int[] {1, 511, 262_143, 262_144, 262_145, 1_048_576, 1_500_001}) {
                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                Path file = Files.write(folder.resolve("some.bin"), bytes);
                assertThat(Validator.of(file).run().sha256())
                        .contains(Sha256.of(Sha256.newDigest().digest(bytes)));
            }
        }

        @Test
        void findsPaddingAndTrailingBytesInTheSamePass() {
            Validation padded = Validator.of(GgufBuilder.model().padding(7).write(folder.resolve("padded.gguf")))
                    .run();
            assertThat(errors(padded)).extracting(Finding::rule).containsOnly("padding");
            Validation trailing = Validator.of(
                            GgufBuilder.model().trailing((byte) 1).write(folder.resolve("trailing.gguf")))
                    .run();
            assertThat(errors(trailing)).extracting(Finding::rule).containsExactly("trailing-bytes");
            assertThat(trailing.failures()).extracting(Check::name).containsExactly("structure");
        }

        @Test
        void stopsHalfWay() throws IOException {
            Path file = large(64 << 20);
            Cancellation cancellation = Cancellation.create();
            List<Progress> events = new java.util.concurrent.CopyOnWriteArrayList<>();
            ProgressListener stopping = event -> {
                events.add(event);
                if (event instanceof Progress.Advanced advanced && advanced.done() > 16 << 20) {
                    cancellation.cancel();
                }
            };
            assertThatThrownBy(() -> Validator.of(file)
                            .listener(stopping)
                            .cancellation(cancellation)
                            .run())
                    .isInstanceOf(CancellationException.class);
            assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Cancelled.class);
            assertThat(events.size()).isLessThan(30);
        }

        @Test
        void refusesToJudgeAFileThatShrinksMeanwhile() throws IOException {
            assertThatThrownBy(() -> validateChanging(file -> file.setLength(8 << 20)))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("being written to")
                    .hasMessageContaining("Wait");
        }

        @Test
        void refusesToJudgeAFileThatGrowsMeanwhile() {
            assertThatThrownBy(() -> validateChanging(file -> file.setLength(file.length() + 1)))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("being written to");
        }

        @Test
        void refusesToJudgeAFileThatChangesMeanwhile() {
            assertThatThrownBy(() -> validateChanging(file -> {
                        file.seek(file.length() - 1);
                        file.write(1);
                    }))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("being written to");
        }

        @Test
        void takesLittleMemoryWhateverTheFileIs() throws IOException {
            Path file = large(256 << 20);
            long header = Gguf.read(file).headerBytes();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(new ValidationRun(file, new Given()).run().ok()).isTrue();
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan((16L << 20) + 8 * header);
        }

        private void validateChanging(Change change) throws IOException {
            Path file = large(32 << 20);
            boolean[] done = {false};
            Validator.of(file)
                    .listener(event -> {
                        if (event instanceof Progress.Advanced && !done[0]) {
                            done[0] = true;
                            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                                change.apply(open);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        }
                    })
                    .run();
        }

        /** Sparse: takes no room on the disk. */
        private Path large(int bytes) throws IOException {
            byte[] small = GgufBuilder.empty()
                    .text("general.architecture", "llama")
                    .u32("llama.context_length", 128)
                    .u32("llama.embedding_length", 32)
                    .u32("llama.block_count", 1)
                    .u32("llama.feed_forward_length", 64)
                    .u32("llama.attention.head_count", 4)
                    .f32("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                    .tensor(new byte[] {'t'}, 24, OptionalLong.of(0), new byte[0], bytes)
                    .bytes();
            Path file = folder.resolve("large.gguf");
            Files.write(file, small);
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
                open.setLength((small.length + 31) / 32 * 32 + (long) bytes);
            }
            return file;
        }
    }

    /** What is done to a file while it is read. */
    private interface Change {
        void apply(RandomAccessFile file) throws IOException;
    }

    private Validation validate(GgmlType type, byte[] data, ByteOrder order) {
        long elements = (long) data.length / type.blockBytes() * type.blockElements();
        Path file = GgufBuilder.model(3, order)
                .tensor(
                        "blk.0.test.weight".getBytes(StandardCharsets.UTF_8),
                        type.id(),
                        OptionalLong.empty(),
                        data,
                        elements)
                .write(folder.resolve("test.gguf"));
        return new ValidationRun(file, new Given()).run();
    }

    private static GgufTensor tensor(Validation validation) {
        return validation.gguf().orElseThrow().tensor("blk.0.test.weight").orElseThrow();
    }

    private static List<Finding> errors(Validation validation) {
        return validation.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
    }
}
