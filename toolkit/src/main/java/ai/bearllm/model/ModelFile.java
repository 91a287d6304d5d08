package ai.bearllm.model;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A model's file as its catalog entry declares it.
 *
 * @param name the file's name inside the library, one path element, safe on every system
 * @param origin where it comes from
 * @param sizeBytes empty where nobody has said
 * @param sha256 empty where it is not known; it is then pinned from the hub's answer at the first download, never invented
 */
public record ModelFile(String name, Origin origin, OptionalLong sizeBytes, Optional<Sha256> sha256) {
    private static final Pattern SAFE =
            Pattern.compile("(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(\\.|$))[A-Za-z0-9_][A-Za-z0-9._-]{0,200}");

    public ModelFile {
        if (!SAFE.matcher(name).matches() || name.endsWith(".")) {
            throw new IllegalArgumentException(
                    "a model's file name holds letters, digits, '.', '_' and '-' but was \"" + name + "\"");
        }
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() < 0) {
            throw new IllegalArgumentException("sizeBytes must not be negative but was " + sizeBytes.getAsLong());
        }
    }

    /** The size for people; empty where nobody has said. */
    public Optional<ByteSize> size() {
        return sizeBytes.isPresent() ? Optional.of(new ByteSize(sizeBytes.getAsLong())) : Optional.empty();
    }
}
