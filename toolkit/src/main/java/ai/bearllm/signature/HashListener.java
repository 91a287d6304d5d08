package ai.bearllm.signature;

/**
 * Hears how far the hashing of a model is. What it throws ends the work and reaches the caller: that is how one cancels.
 */
@FunctionalInterface
public interface HashListener {
    /** Hears nothing. */
    HashListener NONE = (hashed, total) -> {};

    /**
     * Called after each block, from the thread that hashes.
     *
     * @param hashedBytes so far, never less than before
     * @param totalBytes to hash in all; files whose digest the caller knows are not counted
     */
    void hashed(long hashedBytes, long totalBytes);
}
