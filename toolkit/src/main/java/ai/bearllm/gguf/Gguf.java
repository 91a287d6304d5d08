package ai.bearllm.gguf;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a GGUF file says about itself: header, metadata and tensor table, read and checked without the weights.
 *
 * <p>It stands for the file as it was when read and holds nothing open. Long arrays in the metadata are read from the file
 * again when asked for. Everything that a file may lack is empty where it is lacking.
 */
public final class Gguf implements Shown {
    private final Source source;
    private final long sizeBytes;
    private final int version;
    private final ByteOrder byteOrder;
    private final Metadata metadata;
    private final long alignment;
    private final long headerBytes;
    private final long dataOffset;
    private final Map<String, GgufTensor> tensors;
    private final long parameters;
    private final long tensorBytes;

    Gguf(Source source, Window window, int version, Metadata metadata, long alignment, TensorTable table) {
        this.source = source;
        this.sizeBytes = window.size();
        this.version = version;
        this.byteOrder = window.order();
        this.metadata = metadata;
        this.alignment = alignment;
        this.headerBytes = window.position();
        this.dataOffset = table.dataOffset();
        this.tensors = table.tensors();
        this.parameters =
                tensors.values().stream().mapToLong(GgufTensor::elements).sum();
        this.tensorBytes =
                tensors.values().stream().mapToLong(GgufTensor::bytes).sum();
    }

    /**
     * Reads a file's header, metadata and tensor table: versions 1 to 3, both byte orders, any size.
     *
     * @throws GgufFormatException if its bytes are not such a file, or one that a loader could trip over
     * @throws BearException if it is missing or cannot be read
     */
    public static Gguf read(Path file) {
        return read(new Source.OfFile(file));
    }

    static Gguf read(Source source) {
        try {
            return GgufReader.read(source);
        } catch (IOException e) {
            throw unreadable(source.name(), e);
        }
    }

    static BearException unreadable(String name, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new BearException(
                    "There is no file " + cause.getMessage() + ".", "Check the path, or download the model.", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new BearException(
                    "The file " + cause.getMessage() + " may not be read.", "Change its permissions.", cause);
        }
        return new BearException(
                name + " could not be read: " + cause + ".",
                "Check the disk and its connection, then try again.",
                cause);
    }

    /** The file's name. */
    public String source() {
        return source.name();
    }

    /** The file's size. */
    public ByteSize size() {
        return new ByteSize(sizeBytes);
    }

    /** The format's version: 1, 2 or 3. */
    public int version() {
        return version;
    }

    /** The order of the bytes of its numbers; nearly all files are little-endian, and llama.cpp loads its machine's alone. */
    public ByteOrder byteOrder() {
        return byteOrder;
    }

    /** Each tensor begins at a multiple of so many bytes. */
    public long alignment() {
        return alignment;
    }

    /** Bytes of header, metadata and tensor table. */
    public long headerBytes() {
        return headerBytes;
    }

    /** Where the tensors' data begins. */
    public long dataOffset() {
        return dataOffset;
    }

    /** Its metadata. */
    public Metadata metadata() {
        return metadata;
    }

    /** Its tensors, in the file's order. */
    public List<GgufTensor> tensors() {
        return List.copyOf(tensors.values());
    }

    /** The tensor with this name; empty where there is none. */
    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    Collection<GgufTensor> tensorsInPlace() {
        return tensors.values();
    }

    /** The kind of network, for example {@code llama}; it also begins the names of its own keys. */
    public Optional<String> architecture() {
        return metadata.text("general.architecture");
    }

    /** What the file holds, for example {@code model}, {@code adapter}, {@code mmproj}; older files do not say. */
    public Optional<String> kind() {
        return metadata.text("general.type");
    }

    /** The model's name, as its makers wrote it. */
    public Optional<String> name() {
        return metadata.text("general.name");
    }

    /** Its licence, as its makers wrote it: mostly an SPDX identifier in lower case. */
    public Optional<String> license() {
        return metadata.text("general.license");
    }

    /** Number of weights, counted from the tensors; empty where the file holds none. */
    public OptionalLong parameters() {
        return tensors.isEmpty() ? OptionalLong.empty() : OptionalLong.of(parameters);
    }

    /** Bytes of all tensors, without padding. */
    public long tensorBytes() {
        return tensorBytes;
    }

    /** Bits that one weight takes on average, scales included; empty where the file holds no tensors. */
    public OptionalDouble bitsPerWeight() {
        return tensors.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(8.0 * tensorBytes / parameters);
    }

    /**
     * How the weights are quantized, for example {@code Q4_K_M}: what {@code general.file_type} says where the tensors bear
     * it out, else the type of most weights; empty where the file holds no tensors.
     */
    public Optional<String> quantization() {
        return Quantization.of(this);
    }

    /** The longest context that the model was made for, in tokens. */
    public OptionalLong contextTokens() {
        return ofArchitecture("context_length");
    }

    /** Number of layers. */
    public OptionalLong blockCount() {
        return ofArchitecture("block_count");
    }

    /** Width of the network: numbers that stand for one token between layers. */
    public OptionalLong embeddingLength() {
        return ofArchitecture("embedding_length");
    }

    /** Attention heads of a layer; empty where layers differ. */
    public OptionalLong headCount() {
        return ofArchitecture("attention.head_count");
    }

    /** Key and value heads of a layer, the same as {@link #headCount} where not written; empty where layers differ. */
    public OptionalLong keyValueHeadCount() {
        boolean written = architecture()
                .flatMap(a -> metadata.value(a + ".attention.head_count_kv"))
                .isPresent();
        return written ? ofArchitecture("attention.head_count_kv") : headCount();
    }

    /** The integer under a key that begins with the architecture's name; empty where the file lacks it. */
    public OptionalLong ofArchitecture(String suffix) {
        return architecture().isPresent()
                ? metadata.integer(architecture().get() + "." + suffix)
                : OptionalLong.empty();
    }

    /** Number of tokens in the vocabulary. */
    public OptionalLong vocabularySize() {
        Optional<GgufArray> tokens = metadata.array("tokenizer.ggml.tokens");
        return tokens.isPresent() ? OptionalLong.of(tokens.get().size()) : ofArchitecture("vocab_size");
    }

    /** The kind of tokenizer, for example {@code llama} (SentencePiece) or {@code gpt2} (byte-level pairs). */
    public Optional<String> tokenizer() {
        return metadata.text("tokenizer.ggml.model");
    }

    /** The token that begins a text. */
    public OptionalLong bosToken() {
        return metadata.integer("tokenizer.ggml.bos_token_id");
    }

    /** The token that ends a text or an answer. */
    public OptionalLong eosToken() {
        return metadata.integer("tokenizer.ggml.eos_token_id");
    }

    /** The token for what the vocabulary cannot express. */
    public OptionalLong unknownToken() {
        return metadata.integer("tokenizer.ggml.unknown_token_id");
    }

    /** The token that fills up. */
    public OptionalLong paddingToken() {
        return metadata.integer("tokenizer.ggml.padding_token_id");
    }

    /** The program in a subset of Jinja that makes a prompt of a conversation; base models and older files have none. */
    public Optional<String> chatTemplate() {
        return metadata.text("tokenizer.chat_template");
    }

    @Override
    public Sheet sheet() {
        return GgufSheet.of(this);
    }

    /** One line: name, architecture, parameters, quantization. */
    @Override
    public String toString() {
        return GgufSheet.line(this);
    }

    /** Text from a file for a message: cut, and without control characters. */
    static String quoted(String text) {
        String start = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return "\"" + start.replaceAll("\\p{Cntrl}", "\uFFFD") + "\"";
    }
}
