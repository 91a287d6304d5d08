package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.gguf.GgufFormatException;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffTest {
    private final Path bearTiny = Lab.project().resolve("data/bear-tiny/bear-tiny.gguf");

    @TempDir
    Path folder;

    private final List<Progress> events = new ArrayList<>();

    @Test
    void saysThatCopiesAreIdentical() throws IOException {
        Path copy = Files.copy(bearTiny, folder.resolve("copy.gguf"));
        Diff diff = diff(bearTiny, copy);
        assertThat(diff.isIdentical()).isTrue();
        assertThat(diff.isSame()).isTrue();
        assertThat(diff).hasToString("identical, byte for byte");
        assertThat(diff.sheet().text()).contains("tensors are equal in both");
        assertThat(events.get(0)).isInstanceOf(Progress.Started.class);
        assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Verified.class);
    }

    @Test
    void findsTheOneTensorWhoseBitWasFlipped() throws IOException {
        Path copy = folder.resolve("flipped.gguf");
        byte[] bytes = Files.readAllBytes(bearTiny);
        bytes[bytes.length / 2] ^= 1;
        Files.write(copy, bytes);
        Diff diff = diff(bearTiny, copy);
        assertThat(diff.isSame()).isFalse();
        assertThat(diff.keys()).isEmpty();
        assertThat(diff.tensors()).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(Diff.Kind.CONTENT);
            assertThat(change.differing()).hasValue(1);
            TensorDigests here = digests(bearTiny);
            TensorDigests there = digests(copy);
            assertThat(here.differing(there)).containsExactly(change.tensor());
            assertThat(here.of(change.tensor())).isNotEqualTo(there.of(change.tensor()));
        });
        assertThat(diff.sheet().text()).contains("changed", "1 of ");
        assertThat(diff.table().rowCount()).isEqualTo(1);
    }

    @Nested
    class OfBuiltFiles {
        private final byte[] left = floats(1, 2, 3, 4);
        private final byte[] right = floats(1, 2, 3.5f, 4);

        @Test
        void tellsHowMuchPlainNumbersDiffer() {
            Diff diff = diff(
                    write("a", GgufBuilder.model().tensor(name("t"), 0, OptionalLong.empty(), left, 4)),
                    write("b", GgufBuilder.model().tensor(name("t"), 0, OptionalLong.empty(), right, 4)));
            assertThat(diff.tensors()).singleElement().satisfies(change -> {
                assertThat(change.tensor()).isEqualTo("t");
                assertThat(change.blocks()).hasValue(4);
                assertThat(change.differing()).hasValue(1);
                assertThat(change.largest()).hasValue(0.5);
            });
            assertThat(diff.sheet().text()).contains("1 of 4 differ, by at most 0.500");
        }

        @Test
        void doesNotMindOrderAndAlignment() {
            GgufBuilder a = GgufBuilder.empty()
                    .tensor(name("s"), 0, OptionalLong.empty(), left, 4)
                    .tensor(name("t"), 0, OptionalLong.empty(), right, 4);
            GgufBuilder b = GgufBuilder.empty()
                    .alignment(128)
                    .tensor(name("t"), 0, OptionalLong.empty(), right, 4)
                    .tensor(name("s"), 0, OptionalLong.empty(), left, 4);
            Diff diff = diff(write("a", a), write("b", b));
            assertThat(diff.tensors()).isEmpty();
            assertThat(diff.sameTensors()).isEqualTo(2);
            assertThat(diff.keys()).extracting(Diff.KeyChange::key).containsExactly("general.alignment");
            assertThat(diff.format()).anyMatch(note -> note.contains("another order"));
            assertThat(diff.format()).anyMatch(note -> note.contains("alignment is 32"));
        }

        @Test
        void seesTypeShapeAdditionAndRemoval() {
            GgufBuilder a = GgufBuilder.model()
                    .tensor("type", 0, 32)
                    .tensor("shape", 0, 32, 2)
                    .tensor("gone", 0, 32);
            GgufBuilder b = GgufBuilder.model()
                    .tensor("type", 8, 32)
                    .tensor("shape", 0, 64)
                    .tensor("new", 0, 32);
            assertThat(diff(write("a", a), write("b", b)).tensors())
                    .extracting(change -> change.tensor() + " " + change.kind())
                    .containsExactly("type TYPE", "shape SHAPE", "gone REMOVED", "new ADDED");
        }

        @Test
        void seesEveryKindOfChangeInMetadata() {
            GgufBuilder a =
                    GgufBuilder.model().text("x.gone", "1").u32("x.type", 1).i32s("x.list", 1, 2, 3);
            GgufBuilder b = GgufBuilder.model()
                    .text("x.new", "1")
                    .f32("x.type", 1)
                    .i32s("x.list", 1, 5, 3)
                    .text("general.name", "Another")
                    .texts("tokenizer.ggml.tokens", "<unk>", "<s>", "</s>", "<0x0A>", "\u2581wolf");
            Diff diff = diff(write("a", a), write("b", b));
            assertThat(diff.keys())
                    .extracting(change -> change.key() + " " + change.kind())
                    .containsExactlyInAnyOrder(
                            "x.gone REMOVED",
                            "x.new ADDED",
                            "x.type TYPE",
                            "x.list CONTENT",
                            "general.name CONTENT",
                            "tokenizer.ggml.tokens CONTENT");
            assertThat(change(diff, "x.list").after()).contains("1 differ", "at 1", "5");
            assertThat(change(diff, "tokenizer.ggml.tokens").before()).contains("at 4", "bear");
            assertThat(change(diff, "general.name").after()).isEqualTo("\"Another\"");
        }

        @Test
        void showsThePlaceWhereLongTextsDiffer() {
            String text = "word ".repeat(500);
            Diff diff = diff(
                    write("a", GgufBuilder.model().text("x", text + "good" + text)),
                    write("b", GgufBuilder.model().text("x", text + "evil" + text)));
            assertThat(change(diff, "x").before()).contains("at 2500", "good");
            assertThat(change(diff, "x").after()).contains("at 2500", "evil");
        }

        @Test
        void comparesPlainNumbersAcrossByteOrders() {
            GgufBuilder a = GgufBuilder.model()
                    .tensor(name("t"), 0, OptionalLong.empty(), left, 4)
                    .tensor(name("b"), 39, OptionalLong.empty(), new byte[17], 32);
            byte[] swapped = new byte[16];
            for (int i = 0; i < 16; i++) {
                swapped[i] = left[i / 4 * 4 + 3 - i % 4];
            }
            GgufBuilder b = GgufBuilder.model(3, ByteOrder.BIG_ENDIAN)
                    .tensor(name("t"), 0, OptionalLong.empty(), swapped, 4)
                    .tensor(name("b"), 39, OptionalLong.empty(), new byte[17], 32);
            Diff diff = diff(write("a", a), write("b", b));
            assertThat(diff.keys()).isEmpty();
            assertThat(diff.tensors())
                    .extracting(change -> change.tensor() + " " + change.kind())
                    .containsExactly("blk.0.attn_q.weight UNKNOWN");
            assertThat(diff.sheet().text()).contains("different byte order");
        }

        @Test
        void saysThatOnlyPaddingDiffers() {
            Path a = write("a", GgufBuilder.model().alignment(64));
            Path b = write("b", GgufBuilder.model().alignment(64).padding(1));
            Diff diff = diff(a, b);
            assertThat(diff.isSame()).isTrue();
            assertThat(diff.isIdentical()).isFalse();
            assertThat(diff.toString()).contains("same content");
        }
    }

    @Test
    void stopsWhenAskedTo() throws IOException {
        byte[] data = new byte[8 << 20];
        new Random(1).nextBytes(data);
        Path a = write("a", GgufBuilder.model().tensor(name("t"), 24, OptionalLong.empty(), data, data.length));
        Path b = Files.copy(a, folder.resolve("b.gguf"));
        Cancellation cancellation = Cancellation.create();
        ProgressListener stopping = event -> {
            events.add(event);
            if (event instanceof Progress.Advanced) {
                cancellation.cancel();
            }
        };
        assertThatThrownBy(() -> Validator.diff(a, b, stopping, cancellation))
                .isInstanceOf(CancellationException.class);
        assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Cancelled.class);
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        Path page = Files.writeString(folder.resolve("page.gguf"), "<html>");
        assertThatThrownBy(() -> diff(bearTiny, page)).isInstanceOf(GgufFormatException.class);
    }

    @Test
    void digestsEachTensorByItself() {
        byte[] data = floats(1, 2, 3, 4);
        TensorDigests digests =
                digests(write("a", GgufBuilder.model().tensor(name("t"), 0, OptionalLong.empty(), data, 4)));
        assertThat(digests.of("t")).contains(Sha256.of(Sha256.newDigest().digest(data)));
        assertThat(digests.of("u")).isEmpty();
        assertThat(digests.all()).hasSize(5);
        assertThat(digests.toString()).isEqualTo("digests of 5 tensors of a.gguf");
        assertThat(digests.sheet().text()).contains("SHA-256");
        assertThat(digests.differing(digests)).isEmpty();
    }

    private Diff diff(Path a, Path b) {
        return Validator.diff(a, b, events::add, Cancellation.create());
    }

    private static TensorDigests digests(Path file) {
        return Validator.tensorDigests(file, ProgressListener.NONE, Cancellation.create());
    }

    private static Diff.KeyChange change(Diff diff, String key) {
        return diff.keys().stream()
                .filter(change -> change.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    private Path write(String name, GgufBuilder file) {
        return file.write(folder.resolve(name + ".gguf"));
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] floats(float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }
}
