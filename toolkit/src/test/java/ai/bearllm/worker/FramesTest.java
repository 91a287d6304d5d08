package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.Arrival;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.KvCacheType;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Pooling;
import ai.bearllm.engine.Sampling;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    /** Bytes to read, in pieces of any size, and what was written. */
    private static final class Bytes implements ByteChannel {
        private final ByteBuffer in;
        private final int piece;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Bytes(byte[] in, int piece) {
            this.in = ByteBuffer.wrap(in);
            this.piece = piece;
        }

        @Override
        public int read(ByteBuffer target) {
            if (!in.hasRemaining()) {
                return -1;
            }
            int count = Math.min(piece, Math.min(in.remaining(), target.remaining()));
            target.put(in.slice(in.position(), count));
            in.position(in.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(piece, source.remaining());
            for (int i = 0; i < count; i++) {
                out.write(source.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    static Stream<Message> messages() {
        GenerationRequest request = GenerationRequest.of("bears \"🐻\"\n\u0000", 5)
                .withSampling(Sampling.DEFAULT.withSeed(-1).withPenalties(0.5, -1.5))
                .withStop(List.of("a", "\n"));
        LoadOptions every = LoadOptions.DEFAULT
                .withContext(64)
                .withGpuLayers(3)
                .withKvCache(KvCacheType.Q8_0, KvCacheType.IQ4_NL)
                .withFlashAttention(true)
                .withSeed(-7)
                .withEmbeddings(Pooling.LAST)
                .withExtra("mlock", "true");
        LoadReport report = new LoadReport(
                Duration.ofNanos(1_234_567_891),
                512,
                Map.of("threads", "2"),
                OptionalLong.of(5_000_000_000L),
                OptionalLong.empty(),
                OptionalLong.of(0),
                OptionalInt.of(0),
                Optional.of("no GPU"));
        Generation generation = new Generation(
                "text",
                Optional.of(List.of(1, 2)),
                new RunRecord.Tokens(OptionalInt.of(3), OptionalInt.of(2), OptionalInt.empty(), OptionalInt.of(0)),
                new RunRecord.Times(
                        Optional.empty(),
                        Optional.of(Duration.ofNanos(1)),
                        Optional.of(Duration.ofMillis(2)),
                        Optional.of(Duration.ofSeconds(3)),
                        Optional.empty()),
                FinishReason.STOP_STRING,
                Map.of("seed", "0"),
                List.of(new Arrival(5, 1), new Arrival(Long.MAX_VALUE, 2)));
        Path here = Path.of("a b", "ü").toAbsolutePath();
        return Stream.of(
                new Message.Load(1, "a.Provider", here, new ModelSource.LocalFile(here), every),
                new Message.Load(
                        1,
                        "a.Provider",
                        here,
                        new ModelSource.Remote(URI.create("http://127.0.0.1:1"), "m"),
                        LoadOptions.DEFAULT),
                new Message.Generate(Long.MAX_VALUE, request.measured()),
                new Message.Generate(8, request.withGrammar(Grammar.parse("root ::= \"🐻\" [^\\n]*"))),
                new Message.Cancel(2),
                new Message.Tokenize(3, ""),
                new Message.Detokenize(4, List.of(0, -1, Integer.MAX_VALUE)),
                new Message.Embed(5, "x"),
                new Message.Loaded(1, report),
                new Message.Text(2, "🐻"),
                new Message.Generated(2, generation),
                new Message.Tokens(3, List.of()),
                new Message.Decoded(4, "漢字"),
                new Message.Vector(5, List.of(1f, Float.NaN, Float.NEGATIVE_INFINITY)),
                new Message.Failed(6, Message.Kind.PROBLEM, "It broke.", "Mend it."));
    }

    private static byte[] frame(Message message) throws IOException {
        Bytes channel = new Bytes(new byte[0], 7);
        new Frames(channel).write(message);
        return channel.out.toByteArray();
    }

    private static Message read(byte[] bytes) throws IOException {
        return new Frames(new Bytes(bytes, 3)).read();
    }

    private static byte[] frame(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageComesThroughUnchanged(Message message) throws IOException {
        assertThat(read(frame(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "7",
                "{\"type\":\"quit\",\"id\":1}",
                "{\"type\":\"cancel\"}",
                "{\"type\":\"cancel\",\"id\":null}",
                "{\"type\":\"cancel\",\"id\":1,\"more\":2}",
                "{\"type\":\"cancel\",\"id\":1} {\"type\":\"cancel\",\"id\":1}",
                "{\"type\":\"text\",\"id\":1,\"text\":null}",
                "{\"type\":\"tokens\",\"id\":1,\"tokens\":[1e99]}",
                "{\"type\":\"ai.bearllm.worker.Message$Cancel\",\"id\":1}",
                "{\"type\":\"failed\",\"id\":1,\"kind\":\"NONE\",\"problem\":\"\",\"fix\":\"\"}",
                "{\"type\":\"embed\",\"id\":1,\"text\":\"\\",
            })
    void whatIsNotOneKnownMessageIsRefused(String json) {
        assertThatThrownBy(() -> read(frame(json))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, Frames.MOST_BYTES + 1, Integer.MAX_VALUE})
    void aLengthThatCannotBeIsRefusedBeforeAnythingIsRead(int length) {
        assertThatThrownBy(() -> read(ByteBuffer.allocate(4).putInt(length).array()))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(EOFException.class);
    }

    @Test
    void nestingBeyondAnyMessageIsRefused() {
        String deep = "{\"type\":\"tokens\",\"id\":1,\"tokens\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatThrownBy(() -> read(frame(deep))).isInstanceOf(IOException.class);
    }

    @Test
    void theEndOfTheConnectionIsToldApartFromNonsense() throws IOException {
        byte[] whole = frame(new Message.Text(1, "hello"));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void changedBytesAreAMessageOrRefusedAndNothingElse() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = new SplittableRandom(seed);
        List<Message> originals = messages().toList();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = frame(originals.get(random.nextInt(originals.size())));
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                // The length stays small, so that a changed one cannot ask for megabytes in each round.
                bytes[random.nextInt(2, bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(read(bytes)).isNotNull();
            } catch (IOException e) {
                assertThat(e).isNotNull();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ": " + new String(bytes, StandardCharsets.ISO_8859_1), e);
            }
        }
    }
}
