package ai.bearllm.worker;

import ai.bearllm.engine.ModelSource;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/**
 * Messages over a connection: four bytes of length, most significant first, then that many bytes of JSON.
 *
 * <p>Neither side trusts the other: a length beyond {@link #MOST_BYTES} is refused before anything is allocated, and whatever
 * is not exactly one known message is an {@link IOException}. One thread reads; any thread writes.
 */
final class Frames implements AutoCloseable {
    /** More than any sensible prompt, little enough for a worker's heap. */
    static final int MOST_BYTES = 32 << 20;

    private static final ObjectMapper JSON = mapper();

    private final ByteChannel channel;
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    private final Object writing = new Object();

    Frames(ByteChannel channel) {
        this.channel = channel;
    }

    /** Too long for one frame. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(long bytes) {
            super("a frame has at most " + MOST_BYTES + " bytes but this one has " + bytes);
        }
    }

    /** What came is no message: the other side is not what it should be. */
    static final class NonsenseException extends IOException {
        private static final long serialVersionUID = 1L;

        NonsenseException(String message) {
            super(message);
        }

        NonsenseException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Makes this class ready, which takes a while, when there is something else to wait for. */
    static void warmUp() throws IOException {
        parse(JSON.writerFor(Message.class).writeValueAsBytes(new Message.Cancel(0)));
    }

    /**
     * Sends a message whole.
     *
     * @throws TooLongException before anything was sent
     */
    void write(Message message) throws IOException {
        byte[] json = JSON.writerFor(Message.class).writeValueAsBytes(message);
        if (json.length > MOST_BYTES) {
            throw new TooLongException(json.length);
        }
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + json.length);
        frame.putInt(json.length).put(json).flip();
        synchronized (writing) {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        }
    }

    /**
     * Waits for the next message.
     *
     * @throws EOFException where the other side has gone, between two messages or within one
     * @throws NonsenseException where the bytes are no message
     */
    Message read() throws IOException {
        length.clear();
        fill(length);
        int bytes = length.getInt(0);
        if (bytes < 2) {
            throw new NonsenseException("a frame has at least 2 bytes but this one declares " + bytes);
        }
        if (bytes > MOST_BYTES) {
            throw new NonsenseException("a frame has at most " + MOST_BYTES + " bytes but this one declares " + bytes);
        }
        ByteBuffer json = ByteBuffer.allocate(bytes);
        fill(json);
        return parse(json.array());
    }

    private static Message parse(byte[] json) throws NonsenseException {
        Message message;
        try {
            message = JSON.readValue(json, Message.class);
        } catch (IOException | RuntimeException e) {
            // Values that a record's constructor refuses come as runtime exceptions.
            throw new NonsenseException("a frame holds no message", e);
        }
        if (message == null) {
            throw new NonsenseException("a frame holds null instead of a message");
        }
        return message;
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection has ended");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static ObjectMapper mapper() {
        StreamReadConstraints limits = StreamReadConstraints.builder()
                .maxStringLength(MOST_BYTES)
                .maxNestingDepth(32)
                .maxNumberLength(64)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(limits).build())
                .addModule(new Jdk8Module())
                .addModule(durations())
                .addMixIn(ModelSource.class, SourceType.class)
                // A frame that leaves something out, adds something or goes on is not ours.
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** Durations as a number of nanoseconds: the module for all of {@code java.time} takes long to load. */
    private static SimpleModule durations() {
        return new SimpleModule()
                .addSerializer(Duration.class, new StdScalarSerializer<>(Duration.class) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
                            throws IOException {
                        out.writeNumber(value.toNanos());
                    }
                })
                .addDeserializer(Duration.class, new StdScalarDeserializer<>(Duration.class) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public Duration deserialize(JsonParser in, DeserializationContext context) throws IOException {
                        return Duration.ofNanos(in.getLongValue());
                    }
                });
    }

    /** Tells the sources apart without an annotation in the contract. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "source")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ModelSource.LocalFile.class, name = "file"),
        @JsonSubTypes.Type(value = ModelSource.Remote.class, name = "remote"),
    })
    private interface SourceType {}
}
