package ai.bearllm.gguf;

import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.model.ByteSource;
import ai.bearllm.model.PartName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the parts of a split model as one, and refuses parts that are missing, numbered wrongly or of another model.
 *
 * <p>Source: llama.cpp's loader and its gguf-split, which name the files as {@link PartName} says, count {@code split.no}
 * from 0, write {@code split.count} and {@code split.tensors.count} into each part, and the metadata into the first.
 */
final class SplitModel {
    private static final String COUNT = "split.count";
    private static final String NUMBER = "split.no";
    private static final String TENSORS = "split.tensors.count";

    private final ByteSource given;
    private final PartName name;
    private final int count;
    private final List<GgufPart> parts = new ArrayList<>();
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private SplitModel(ByteSource given, PartName name) {
        this.given = given;
        this.name = name;
        this.count = name.count();
    }

    /** The whole model that this file is, or is a part of. */
    static Gguf read(ByteSource source) {
        Gguf given = Gguf.readPart(source);
        OptionalLong count = given.metadata().integer(COUNT);
        OptionalLong number = given.metadata().integer(NUMBER);
        if (!isPart(given)) {
            return given;
        }
        if (count.isEmpty()
                || number.isEmpty()
                || number.getAsLong() < 0
                || number.getAsLong() >= count.getAsLong()
                || count.getAsLong() > PartName.MOST) {
            throw refuse(
                    source.name(),
                    "split-number",
                    "split.no is " + words(number) + " and split.count is " + words(count),
                    "a number from 0 on, below a count of at most " + PartName.MOST,
                    "Split the model again; this part was written wrongly.");
        }
        int parts = (int) count.getAsLong();
        int part = (int) number.getAsLong() + 1;
        Optional<PartName> name = PartName.of(source.name());
        if (name.isEmpty() || name.get().number() != part || name.get().count() != parts) {
            String right = new PartName(PartName.stem(source.name()), part, parts).name();
            throw refuse(
                    source.name(),
                    "split-name",
                    "the file is called " + Gguf.quoted(source.name()) + " and says that it is part " + part + " of "
                            + parts,
                    right,
                    "Give the parts their names back: " + right + ", all in one folder.");
        }
        return new SplitModel(source, name.get()).joined(given, part - 1);
    }

    /** Whether a file is no model by itself. */
    static boolean isPart(Gguf file) {
        return file.metadata().integer(COUNT).orElse(1) > 1
                || file.metadata().integer(NUMBER).orElse(0) != 0;
    }

    private static String words(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "missing";
    }

    private Gguf joined(Gguf known, int knownNumber) {
        Gguf first = knownNumber == 0 ? known : part(0);
        for (int i = 0; i < count; i++) {
            Gguf part = i == 0 ? first : i == knownNumber ? known : part(i);
            requireSameModel(first, part, i);
            add(part, i);
        }
        long declared = first.metadata().integer(TENSORS).orElse(-1);
        if (declared != tensors.size()) {
            throw refuse(
                    first.source(),
                    "split-tensors",
                    "the parts hold " + tensors.size() + " tensors",
                    words(first.metadata().integer(TENSORS)) + ", as split.tensors.count says",
                    "Get all parts from the same source; one of them is of another model or incomplete.");
        }
        Gguf.Header header = new Gguf.Header(first.version(), first.byteOrder(), first.alignment(), first.metadata());
        return Quantization.checked(new Gguf(header, parts, tensors, findings));
    }

    private Gguf part(int number) {
        String file = name.part(number + 1).name();
        ByteSource source = given.sibling(file).orElseThrow(() -> missing(file));
        try {
            return GgufReader.read(source);
        } catch (NoSuchFileException e) {
            throw missing(file);
        } catch (IOException e) {
            throw Gguf.unreadable(file, e);
        }
    }

    private GgufFormatException missing(String file) {
        return refuse(
                given.name(),
                "split-missing",
                "there is no file " + file + " beside it",
                count + " parts in one folder",
                "Put " + file + " into the same folder.");
    }

    private void requireSameModel(Gguf first, Gguf part, int number) {
        requireSame(part, NUMBER, OptionalLong.of(number), "split-number");
        requireSame(part, COUNT, OptionalLong.of(count), "split-count");
        requireSame(part, TENSORS, first.metadata().integer(TENSORS), "split-tensors");
        noteType(part, NUMBER, ValueType.UINT16);
        noteType(part, COUNT, ValueType.UINT16);
        noteType(part, TENSORS, ValueType.INT32);
        if (part.byteOrder() != first.byteOrder()) {
            throw otherModel(
                    part, "the byte order is " + part.byteOrder(), first.byteOrder() + ", as in the first part");
        }
        part.metadata().values().forEach((key, value) -> {
            if (!key.startsWith("split.") && !key.equals("general.alignment")) {
                requireSameValue(first, part, key, value);
            }
        });
    }

    private static void requireSame(Gguf part, String key, OptionalLong expected, String rule) {
        OptionalLong found = part.metadata().integer(key);
        if (found.isEmpty() || !found.equals(expected)) {
            throw refuse(
                    part.source(),
                    rule,
                    key + " is " + words(found),
                    words(expected) + ", as the file's name or the first part says",
                    "Get all parts from the same source and keep their names.");
        }
    }

    /** Readable all the same, but llama.cpp asks for exactly these types. */
    private void noteType(Gguf part, String key, ValueType expected) {
        part.metadata()
                .value(key)
                .map(GgufValue::type)
                .filter(type -> type != expected)
                .ifPresent(type -> note(
                        part.source(),
                        Finding.of(
                                Severity.WARNING,
                                "split-type",
                                key + " is of type " + type,
                                expected.toString(),
                                "llama.cpp refuses the model")));
    }

    /** Later parts mostly repeat nothing of the metadata; what they repeat must be the same. */
    private static void requireSameValue(Gguf first, Gguf part, String key, GgufValue value) {
        String there = first.metadata().value(key).map(GgufValue::toString).orElse(value.toString());
        if (!there.equals(value.toString())) {
            throw otherModel(
                    part, key + " is " + Gguf.quoted(value.toString()), Gguf.quoted(there) + ", as in the first part");
        }
    }

    private static GgufFormatException otherModel(Gguf part, String found, String limit) {
        return refuse(
                part.source(),
                "split-model",
                found,
                limit,
                "Get all parts from the same source; this one is of another model.");
    }

    private void add(Gguf part, int number) {
        GgufPart only = part.parts().get(0);
        parts.add(only);
        part.findings().forEach(finding -> note(only.name(), finding));
        for (GgufTensor tensor : part.tensorsInPlace()) {
            GgufTensor other = tensors.put(tensor.name(), tensor.inPart(number));
            if (other != null) {
                throw otherModel(
                        part,
                        "the tensor " + Gguf.quoted(tensor.name()) + " stands here and in "
                                + parts.get(other.part()).name(),
                        "each tensor in one part");
            }
        }
        if (tensors.size() > GgufReader.MOST_TENSORS) {
            throw refuse(
                    only.name(),
                    "count-limit",
                    "the parts up to here hold " + tensors.size() + " tensors",
                    "at most " + GgufReader.MOST_TENSORS,
                    GgufFormatException.FIX);
        }
    }

    private void note(String name, Finding finding) {
        if (findings.size() < Findings.MOST) {
            findings.add(new Finding(
                    finding.severity(),
                    finding.rule(),
                    finding.offset(),
                    name + ": " + finding.found(),
                    finding.limit(),
                    finding.effect()));
        }
    }

    private static GgufFormatException refuse(String source, String rule, String found, String limit, String fix) {
        Finding finding =
                Finding.of(Severity.ERROR, rule, found, limit, "llama.cpp refuses the model, or joins what is none");
        return new GgufFormatException(source, List.of(finding), fix);
    }
}
