package ai.bearllm.gguf;

import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the parts of a split model as one, and refuses parts that are missing, numbered wrongly or of another model.
 *
 * <p>Source: llama.cpp's loader and its gguf-split, which name the files {@code NAME-00001-of-00003.gguf}, count
 * {@code split.no} from 0, write {@code split.count} and {@code split.tensors.count} into each part, and the metadata into the
 * first.
 */
final class SplitModel {
    private static final Pattern NAME = Pattern.compile("(.*)-([0-9]{5})-of-([0-9]{5})\\.gguf", Pattern.DOTALL);
    /** {@code split.count} has 16 bits. */
    private static final long MOST_PARTS = 65_535;

    private static final String COUNT = "split.count";
    private static final String NUMBER = "split.no";
    private static final String TENSORS = "split.tensors.count";

    private final ByteSource given;
    private final String prefix;
    private final int count;
    private final List<GgufPart> parts = new ArrayList<>();
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private SplitModel(ByteSource given, String prefix, int count) {
        this.given = given;
        this.prefix = prefix;
        this.count = count;
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
                || count.getAsLong() > MOST_PARTS) {
            throw refuse(
                    source.name(),
                    "split-number",
                    "split.no is " + words(number) + " and split.count is " + words(count),
                    "a number from 0 on, below a count of at most " + MOST_PARTS,
                    "Split the model again; this part was written wrongly.");
        }
        int parts = (int) count.getAsLong();
        Matcher name = NAME.matcher(source.name());
        if (!name.matches()
                || Long.parseLong(name.group(2)) != number.getAsLong() + 1
                || Long.parseLong(name.group(3)) != parts) {
            String right = name(name.matches() ? name.group(1) : "NAME", (int) number.getAsLong(), parts);
            throw refuse(
                    source.name(),
                    "split-name",
                    "the file is called " + Gguf.quoted(source.name()) + " and says that it is part "
                            + (number.getAsLong() + 1) + " of " + parts,
                    right,
                    "Give the parts their names back: " + right + ", all in one folder.");
        }
        return new SplitModel(source, name.group(1), parts).joined(given, (int) number.getAsLong());
    }

    /** Whether a file is no model by itself. */
    static boolean isPart(Gguf file) {
        return file.metadata().integer(COUNT).orElse(1) > 1
                || file.metadata().integer(NUMBER).orElse(0) != 0;
    }

    private static String words(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "missing";
    }

    private static String name(String prefix, int number, int count) {
        return String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", prefix, number + 1, count);
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
        String name = name(prefix, number, count);
        ByteSource source = given.sibling(name).orElseThrow(() -> missing(name));
        try {
            return GgufReader.read(source);
        } catch (NoSuchFileException e) {
            throw missing(name);
        } catch (IOException e) {
            throw Gguf.unreadable(name, e);
        }
    }

    private GgufFormatException missing(String name) {
        return refuse(
                given.name(),
                "split-missing",
                "there is no file " + name + " beside it",
                count + " parts in one folder",
                "Put " + name + " into the same folder.");
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
