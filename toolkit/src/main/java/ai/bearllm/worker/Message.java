package ai.bearllm.worker;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.ModelSource;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;
import java.util.List;

/**
 * What the toolkit and a worker tell each other. A request carries a number that its replies repeat.
 *
 * <p>Grammar, from the worker's side: {@code load (loaded | failed) request*}, where a request is answered by one reply of its
 * kind or {@code failed}; before {@code generated} come any number of {@code text}; {@code cancel} has no reply of its own.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Message.Load.class, name = "load"),
    @JsonSubTypes.Type(value = Message.Generate.class, name = "generate"),
    @JsonSubTypes.Type(value = Message.Cancel.class, name = "cancel"),
    @JsonSubTypes.Type(value = Message.Tokenize.class, name = "tokenize"),
    @JsonSubTypes.Type(value = Message.Detokenize.class, name = "detokenize"),
    @JsonSubTypes.Type(value = Message.Embed.class, name = "embed"),
    @JsonSubTypes.Type(value = Message.Loaded.class, name = "loaded"),
    @JsonSubTypes.Type(value = Message.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Message.Generated.class, name = "generated"),
    @JsonSubTypes.Type(value = Message.Tokens.class, name = "tokens"),
    @JsonSubTypes.Type(value = Message.Decoded.class, name = "decoded"),
    @JsonSubTypes.Type(value = Message.Vector.class, name = "vector"),
    @JsonSubTypes.Type(value = Message.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = Message.Beat.class, name = "beat"),
})
sealed interface Message {
    /** The request that this is, or belongs to. */
    long id();

    /** Make the engine and load; the first request. {@code provider} is the class's name. */
    record Load(long id, String provider, Path privateDirectory, ModelSource source, LoadOptions options)
            implements Message {}

    record Generate(long id, GenerationRequest request) implements Message {}

    /** Stop the generation of this number. */
    record Cancel(long id) implements Message {}

    record Tokenize(long id, String text) implements Message {}

    record Detokenize(long id, List<Integer> tokens) implements Message {}

    record Embed(long id, String text) implements Message {}

    record Loaded(long id, LoadReport report) implements Message {}

    /** More text of the generation. */
    record Text(long id, String text) implements Message {}

    record Generated(long id, Generation generation) implements Message {}

    record Tokens(long id, List<Integer> tokens) implements Message {}

    record Decoded(long id, String text) implements Message {}

    record Vector(long id, List<Float> values) implements Message {}

    /** The request failed; the worker can serve the next. */
    record Failed(long id, Kind kind, String problem, String fix) implements Message {}

    /** The worker is there. It belongs to no request; {@code id} is 0. */
    record Beat(long id) implements Message {}

    /** What the request failed with. */
    enum Kind {
        /** A {@code BearException}. */
        PROBLEM,
        /** An {@code IllegalArgumentException}. */
        MISUSE,
        /** An {@code IllegalStateException}. */
        STATE,
        /** A {@code CancellationException}. */
        CANCELLED,
        /** Anything else: a defect. */
        DEFECT
    }
}
