package ai.bearllm.gguf;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ByteSource;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a GGUF file says about itself: header, metadata and tensor table, read and checked without the weights. The parts of a
 * split model are read as one.
 *
 * <p>It stands for the files as they were when read and holds none open. Long arrays in the metadata are read again when asked
 * for. Everything that a file may lack is empty where it is lacking.
 *
 * <p>Source of what a field means: docs/gguf.md of ggml, the specification; each accessor says what it states there.
 */
public final class Gguf implements Shown {
    private final Header header;
    private final List<GgufPart> parts;
    private final Map<String, GgufTensor> tensors;
    private final List<Finding> findings;
    private final long parameters;
    private final long tensorBytes;

    /** What stands once in a file. */
    record Header(int version, ByteOrder order, long alignment, Metadata metadata) {}

    /**
     * @param parts at least one
     * @param tensors those of all parts, in their order
     */
    Gguf(Header header, List<GgufPart> parts, Map<String, GgufTensor> tensors, List<Finding> findings) {
        this.header = header;
        this.parts = List.copyOf(parts);
        this.tensors = tensors;
        this.findings = List.copyOf(findings);
        this.parameters =
                tensors.values().stream().mapToLong(GgufTensor::elements).reduce(0, Gguf::sum);
        this.tensorBytes =
                tensors.values().stream().mapToLong(GgufTensor::bytes).reduce(0, Gguf::sum);
    }

    /** Sparse files can declare more than 2^63. */
    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /**
     * Reads a model's header, metadata and tensor table: versions 1 to 3, both byte orders, any size. Where the file is a part
     * of a split model, whichever, the others are read beside it.
     *
     * @throws GgufFormatException if its bytes are not such a file, or one that a loader could trip over, or if the parts are
     *     incomplete or do not belong together
     * @throws BearException if it is missing or cannot be read
     */
    public static Gguf read(Path file) {
        return read(new FileSource(file));
    }

    /** As {@link #read(Path)}, from wherever the bytes are: for example by ranges from a server, before any download. */
    public static Gguf read(ByteSource source) {
        return SplitModel.read(source);
    }

    /** Reads one file alone, even where it is a part of a split model; otherwise as {@link #read(Path)}. */
    public static Gguf readPart(Path file) {
        return readPart(new FileSource(file));
    }

    /** As {@link #readPart(Path)}, from wherever the bytes are. */
    public static Gguf readPart(ByteSource source) {
        try {
            Gguf file = GgufReader.read(source);
            return SplitModel.isPart(file) ? file : Quantization.checked(file);
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

    Gguf with(Finding finding) {
        List<Finding> more = new ArrayList<>(findings);
        more.add(finding);
        return new Gguf(header, parts, tensors, more);
    }

    /** The file's name; of a split model, the first part's. */
    public String source() {
        return parts.get(0).name();
    }

    /** The files that it was read from: one, or the parts of a split model in their order. */
    public List<GgufPart> parts() {
        return parts;
    }

    /** What is odd about the file though it may be loaded: warnings and notes, each by a named rule. */
    public List<Finding> findings() {
        return findings;
    }

    /** The file's size; of a split model, that of all parts. */
    public ByteSize size() {
        return new ByteSize(
                parts.stream().mapToLong(part -> part.size().bytes()).reduce(0, Gguf::sum));
    }

    /**
     * The format's version: 1, 2 or 3.
     *
     * <p>Specification: a number after the magic, raised only where the structure changes.
     */
    public int version() {
        return header.version;
    }

    /**
     * The order of the bytes of its numbers; nearly all files are little-endian, and llama.cpp loads its machine's alone.
     *
     * <p>Specification: little-endian, from version 3 on also big-endian, which nothing in the file says; the version number
     * itself gives it away.
     */
    public ByteOrder byteOrder() {
        return header.order;
    }

    /**
     * Each tensor begins at a multiple of so many bytes.
     *
     * <p>Specification: {@code general.alignment}, a multiple of 8; 32 where it is not written.
     */
    public long alignment() {
        return header.alignment;
    }

    /** Bytes of header, metadata and tensor table, in all parts. */
    public long headerBytes() {
        return parts.stream().mapToLong(GgufPart::headerBytes).reduce(0, Gguf::sum);
    }

    /**
     * Where the tensors' data begins, in the first part.
     *
     * <p>Specification: behind the tensor table, padded to the alignment; the table's offsets count from there.
     */
    public long dataOffset() {
        return parts.get(0).dataOffset();
    }

    /** Its metadata; of a split model, the first part's. */
    public Metadata metadata() {
        return header.metadata;
    }

    /** Its tensors, in the file's order; those of a split model part by part. */
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

    /**
     * The kind of network, for example {@code llama}; it also begins the names of its own keys.
     *
     * <p>Specification: {@code general.architecture}, required, lower case letters and digits.
     */
    public Optional<String> architecture() {
        return metadata().text("general.architecture");
    }

    /** What the file holds, for example {@code model}, {@code adapter}, {@code mmproj}; older files do not say. */
    public Optional<String> kind() {
        return metadata().text("general.type");
    }

    /**
     * The model's name, as its makers wrote it.
     *
     * <p>Specification: {@code general.name}, to be read by people, and enough to tell models apart.
     */
    public Optional<String> name() {
        return metadata().text("general.name");
    }

    /**
     * Its licence, as its makers wrote it: mostly an SPDX identifier in lower case.
     *
     * <p>Specification: {@code general.license}, an SPDX expression such as {@code MIT OR Apache-2.0}.
     */
    public Optional<String> license() {
        return metadata().text("general.license");
    }

    /** Number of weights, counted from the tensors, not from what the file says about itself; empty where it holds none. */
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
     * How the weights are quantized, for example {@code Q4_K_M}: what {@code general.file_type} says where the tensors bear it
     * out, else what their mixture is called, else the type of most of them; empty where the file holds no tensors. Where the
     * two disagree, {@link #findings()} says so.
     *
     * <p>Specification: {@code general.file_type} names the type of most tensors and is optional, because it can be inferred.
     */
    public Optional<String> quantization() {
        return Quantization.of(this);
    }

    /**
     * The longest context that the model was made for, in tokens.
     *
     * <p>Specification: {@code [arch].context_length}, what the model was trained on.
     */
    public OptionalLong contextTokens() {
        return ofArchitecture("context_length");
    }

    /**
     * Number of layers.
     *
     * <p>Specification: {@code [arch].block_count}, blocks of attention and feed-forward network, the embedding not counted.
     */
    public OptionalLong blockCount() {
        return ofArchitecture("block_count");
    }

    /**
     * Width of the network: numbers that stand for one token between layers.
     *
     * <p>Specification: {@code [arch].embedding_length}.
     */
    public OptionalLong embeddingLength() {
        return ofArchitecture("embedding_length");
    }

    /**
     * Attention heads of a layer; empty where layers differ.
     *
     * <p>Specification: {@code [arch].attention.head_count}.
     */
    public OptionalLong headCount() {
        return Heads.common(this, "attention.head_count");
    }

    /**
     * Key and value heads of a layer, the same as {@link #headCount} where not written; empty where layers differ.
     *
     * <p>Specification: {@code [arch].attention.head_count_kv}, for grouped-query attention; the head count where it is missing.
     */
    public OptionalLong keyValueHeadCount() {
        return Heads.areGrouped(this) ? Heads.common(this, "attention.head_count_kv") : headCount();
    }

    /** Attention heads layer by layer; empty where the file does not say, or not for as many layers as it has. */
    public List<Long> headCounts() {
        return Heads.perLayer(this, "attention.head_count");
    }

    /** Key and value heads layer by layer, those of {@link #headCounts} where not written; empty as there. */
    public List<Long> keyValueHeadCounts() {
        return Heads.areGrouped(this) ? Heads.perLayer(this, "attention.head_count_kv") : headCounts();
    }

    /** The integer under a key that begins with the architecture's name; empty where the file lacks it. */
    public OptionalLong ofArchitecture(String suffix) {
        return architecture().isPresent()
                ? metadata().integer(architecture().get() + "." + suffix)
                : OptionalLong.empty();
    }

    /**
     * Number of tokens in the vocabulary.
     *
     * <p>Specification: {@code tokenizer.ggml.tokens}, the tokens by their number; {@code [arch].vocab_size} stands in.
     */
    public OptionalLong vocabularySize() {
        Optional<GgufArray> tokens = metadata().array("tokenizer.ggml.tokens");
        return tokens.isPresent() ? OptionalLong.of(tokens.get().size()) : ofArchitecture("vocab_size");
    }

    /**
     * The kind of tokenizer, for example {@code llama} (SentencePiece) or {@code gpt2} (byte-level pairs).
     *
     * <p>Specification: {@code tokenizer.ggml.model}.
     */
    public Optional<String> tokenizer() {
        return metadata().text("tokenizer.ggml.model");
    }

    /** The token that begins a text: {@code tokenizer.ggml.bos_token_id}. */
    public OptionalLong bosToken() {
        return metadata().integer("tokenizer.ggml.bos_token_id");
    }

    /** The token that ends a text or an answer: {@code tokenizer.ggml.eos_token_id}. */
    public OptionalLong eosToken() {
        return metadata().integer("tokenizer.ggml.eos_token_id");
    }

    /** The token for what the vocabulary cannot express: {@code tokenizer.ggml.unknown_token_id}. */
    public OptionalLong unknownToken() {
        return metadata().integer("tokenizer.ggml.unknown_token_id");
    }

    /** The token that fills up: {@code tokenizer.ggml.padding_token_id}. */
    public OptionalLong paddingToken() {
        return metadata().integer("tokenizer.ggml.padding_token_id");
    }

    /**
     * The program in a subset of Jinja that makes a prompt of a conversation; base models and older files have none.
     *
     * <p>Specification: {@code tokenizer.chat_template}.
     */
    public Optional<String> chatTemplate() {
        return metadata().text("tokenizer.chat_template");
    }

    /**
     * Every chat template by its name, in the file's order: the usual one under {@code default}, others under the names that
     * converters append to its key, for example {@code tool_use}.
     */
    public Map<String, String> chatTemplates() {
        String key = "tokenizer.chat_template";
        Map<String, String> all = new LinkedHashMap<>();
        metadata().values().forEach((name, value) -> {
            if (value instanceof GgufValue.Text text && name.equals(key)) {
                all.put("default", text.value());
            } else if (value instanceof GgufValue.Text text && name.startsWith(key + ".")) {
                all.put(name.substring(key.length() + 1), text.value());
            }
        });
        return Collections.unmodifiableMap(all);
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
