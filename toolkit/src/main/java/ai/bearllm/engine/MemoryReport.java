package ai.bearllm.engine;

import java.util.OptionalLong;

/**
 * Memory of the process that holds a model, in bytes; empty where the system does not tell.
 *
 * <p>Source: {@code RssAnon}, {@code RssFile}, {@code VmHWM} in {@code /proc/<pid>/status}, see proc(5). Linux only.
 *
 * @param anonymousBytes private memory now
 * @param fileMappedBytes resident pages of mapped files now
 * @param peakResidentBytes both together at their highest
 */
public record MemoryReport(OptionalLong anonymousBytes, OptionalLong fileMappedBytes, OptionalLong peakResidentBytes) {
    /** The system does not tell. */
    public static final MemoryReport UNKNOWN =
            new MemoryReport(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    /**
     * Two processes together. The peaks are added although they may have been at different times: an upper bound. What is
     * unknown of one is unknown of both.
     */
    public MemoryReport plus(MemoryReport other) {
        return new MemoryReport(
                sum(anonymousBytes, other.anonymousBytes),
                sum(fileMappedBytes, other.fileMappedBytes),
                sum(peakResidentBytes, other.peakResidentBytes));
    }

    private static OptionalLong sum(OptionalLong a, OptionalLong b) {
        return a.isPresent() && b.isPresent() ? OptionalLong.of(a.getAsLong() + b.getAsLong()) : OptionalLong.empty();
    }
}
