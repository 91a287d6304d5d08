package ai.bearllm.model;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model's file as its catalog entry declares it; of a split model the first part, and the others beside it.
 *
 * @param name the file's name inside the library, one path element, safe on every system
 * @param origin where it comes from
 * @param sizeBytes empty where nobody has said
 * @param sha256 empty where it is not known; it is then pinned from the hub's answer at the first download, never invented
 * @param otherParts the other parts of a split model, in their order; none of a model in one file
 */
public record ModelFile(
        String name, Origin origin, OptionalLong sizeBytes, Optional<Sha256> sha256, List<ModelFile> otherParts) {
    private static final Pattern SAFE =
            Pattern.compile("(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$))[A-Za-z0-9_][A-Za-z0-9._-]{0,200}");

    /** A model in one file. */
    public ModelFile(String name, Origin origin, OptionalLong sizeBytes, Optional<Sha256> sha256) {
        this(name, origin, sizeBytes, sha256, List.of());
    }

    public ModelFile {
        requireSafe(name);
        otherParts = List.copyOf(otherParts);
        Set<String> names = new HashSet<>(Set.of(name.toLowerCase(Locale.ROOT)));
        for (ModelFile part : otherParts) {
            if (!part.otherParts.isEmpty()) {
                throw new IllegalArgumentException("a part of a split model has no parts itself, but " + part.name
                        + " has " + part.otherParts.size());
            }
            if (!names.add(part.name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("two parts of a split model are called " + part.name);
            }
        }
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() < 0) {
            throw new IllegalArgumentException("sizeBytes must not be negative but was " + sizeBytes.getAsLong());
        }
    }

    /**
     * Refuses a name that is not one path element, or not safe as one on every system.
     *
     * @throws IllegalArgumentException where it is not
     */
    public static void requireSafe(String name) {
        if (!SAFE.matcher(name).matches() || name.endsWith(".")) {
            throw new IllegalArgumentException(
                    "a model's file name holds letters, digits, '.', '_' and '-' but was \"" + Shown.line(name) + "\"");
        }
    }

    /** Every file that the model is made of, each by itself: this one, then the other parts. */
    public List<ModelFile> parts() {
        return Stream.concat(Stream.of(new ModelFile(name, origin, sizeBytes, sha256)), otherParts.stream())
                .toList();
    }

    /** Whether the model is split into several files. */
    public boolean isSplit() {
        return !otherParts.isEmpty();
    }

    /** Bytes of all parts together; empty where nobody has said of one of them. */
    public OptionalLong totalBytes() {
        long sum = sizeBytes.orElse(0);
        for (ModelFile part : otherParts) {
            if (part.sizeBytes.isEmpty()) {
                return OptionalLong.empty();
            }
            sum = Math.addExact(sum, part.sizeBytes.getAsLong());
        }
        return sizeBytes.isPresent() ? OptionalLong.of(sum) : OptionalLong.empty();
    }

    /** The size of all parts together, for people; empty where nobody has said. */
    public Optional<ByteSize> size() {
        OptionalLong total = totalBytes();
        return total.isPresent() ? Optional.of(new ByteSize(total.getAsLong())) : Optional.empty();
    }
}
