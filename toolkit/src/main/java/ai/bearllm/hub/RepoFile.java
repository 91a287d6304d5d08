package ai.bearllm.hub;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file of a repository.
 *
 * @param path inside the repository, with {@code /}; as the hub says it, so not yet safe as a path on this machine
 * @param sizeBytes empty where the hub does not say
 * @param sha256 for files in the hub's large file storage; empty for others
 */
public record RepoFile(String path, OptionalLong sizeBytes, Optional<Sha256> sha256) {
    /** The size for people; empty where the hub does not say. */
    public Optional<ByteSize> size() {
        return sizeBytes.isPresent() ? Optional.of(new ByteSize(sizeBytes.getAsLong())) : Optional.empty();
    }

    /** Whether its name says that it is a GGUF model. */
    public boolean isGguf() {
        return path.regionMatches(true, path.length() - 5, ".gguf", 0, 5);
    }
}
