package ai.bearllm.estimate;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * One part of the memory that a loaded model takes.
 *
 * @param name for example {@code weights}
 * @param place whose memory it is
 * @param bytes how much is really taken; empty where it cannot be computed, see the basis
 * @param reservedBytes how much the engine reserves for it, part of which may never be touched; empty as there
 * @param basis how it was computed, or why it could not be
 */
public record MemoryPart(String name, Place place, OptionalLong bytes, OptionalLong reservedBytes, String basis) {
    /** Whose memory a part is. */
    public enum Place {
        /** Main memory. */
        CPU,
        /** A graphics processor's own memory. */
        GPU
    }

    public MemoryPart {
        Objects.requireNonNull(name);
        Objects.requireNonNull(place);
        Objects.requireNonNull(basis);
        if (bytes.isPresent() && bytes.getAsLong() < 0) {
            throw new IllegalArgumentException("bytes must not be negative but was " + bytes.getAsLong());
        }
        if (bytes.isPresent() != reservedBytes.isPresent()) {
            throw new IllegalArgumentException("what is reserved is known where what is taken is");
        }
    }

    static MemoryPart known(String name, Place place, long bytes, String basis) {
        return reserving(name, place, bytes, bytes, basis);
    }

    static MemoryPart reserving(String name, Place place, long bytes, long reserved, String basis) {
        return new MemoryPart(name, place, OptionalLong.of(bytes), OptionalLong.of(reserved), basis);
    }

    static MemoryPart unknown(String name, Place place, String why) {
        return new MemoryPart(name, place, OptionalLong.empty(), OptionalLong.empty(), why);
    }
}
