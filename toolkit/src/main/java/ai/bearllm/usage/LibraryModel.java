package ai.bearllm.usage;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A model of the library as the table {@code models} keeps it, so that SQL can join it. The files and manifests decide what a
 * model is; this is a copy that is written anew before it is read.
 *
 * @param id who it is
 * @param name its name for people
 * @param architecture for example {@code llama}
 * @param parameters how many
 * @param quantization for example {@code Q4_K_M}
 * @param contextTokens the longest context that it was made for
 * @param license its license's identifier
 * @param tags its tags
 * @param status how far its download is
 * @param path where its file is
 * @param sizeBytes size of the whole file
 * @param downloadedBytes how much of it is here
 * @param sha256 digest of the file, where it was checked
 * @param active whether it is the active model
 * @param metadata what else its manifest says, by name
 */
public record LibraryModel(
        ModelId id,
        String name,
        Optional<String> architecture,
        OptionalLong parameters,
        Optional<String> quantization,
        OptionalInt contextTokens,
        Optional<String> license,
        List<String> tags,
        Status status,
        Optional<String> path,
        OptionalLong sizeBytes,
        OptionalLong downloadedBytes,
        Optional<Sha256> sha256,
        boolean active,
        Map<String, String> metadata) {
    public LibraryModel {
        tags = List.copyOf(tags);
        metadata = new LinkedHashMap<>(metadata);
    }

    @Override
    public Map<String, String> metadata() {
        return java.util.Collections.unmodifiableMap(metadata);
    }

    /** How far a model's download is. */
    public enum Status {
        /** Known, but not here. */
        AVAILABLE,
        /** On its way. */
        DOWNLOADING,
        /** On its way, but stopped. */
        PAUSED,
        /** Here. */
        DOWNLOADED,
        /** Its download failed. */
        FAILED
    }
}
