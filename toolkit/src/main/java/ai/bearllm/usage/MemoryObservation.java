package ai.bearllm.usage;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What memory a load was predicted to need, and what was then seen. Sizes in bytes; empty where unknown.
 *
 * @param id unique, so that merging a journal twice adds nothing
 * @param when when it was seen
 * @param model the model's id
 * @param sha256 digest of the file that ran, where it was checked
 * @param engine which engine, for example {@code llama.cpp}
 * @param engineBuild its exact version and build
 * @param contextTokens the context that the model was loaded with
 * @param predictedBytes what was predicted
 * @param basis what the prediction was made from, in a few words
 * @param anonymousBytes private memory of the process that held the model
 * @param fileMappedBytes resident pages of mapped files of that process
 * @param peakBytes both together at their highest
 */
public record MemoryObservation(
        UUID id,
        Instant when,
        ModelId model,
        Optional<Sha256> sha256,
        String engine,
        String engineBuild,
        OptionalInt contextTokens,
        OptionalLong predictedBytes,
        Optional<String> basis,
        OptionalLong anonymousBytes,
        OptionalLong fileMappedBytes,
        OptionalLong peakBytes) {
    /** What was measured: the peak where the system tells it, else both parts together; empty where unknown. */
    public OptionalLong measuredBytes() {
        if (peakBytes.isPresent() || anonymousBytes.isEmpty() || fileMappedBytes.isEmpty()) {
            return peakBytes;
        }
        return OptionalLong.of(anonymousBytes.getAsLong() + fileMappedBytes.getAsLong());
    }
}
