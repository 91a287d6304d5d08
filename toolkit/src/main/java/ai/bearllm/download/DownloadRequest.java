package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to fetch, where to put it, and what it must be.
 *
 * @param job what is done, in words for people: "download of smollm2-135m"
 * @param source where the bytes come from
 * @param target the file to be; its folders are made; a file that is there stays until its successor is verified
 * @param sizeBytes the size that is expected; empty where nobody has said
 * @param sha256 the digest that is expected; empty where nobody has said
 */
public record DownloadRequest(String job, Source source, Path target, OptionalLong sizeBytes, Optional<Sha256> sha256) {
    public DownloadRequest {
        target = target.toAbsolutePath().normalize();
        if (target.getFileName() == null || target.getParent() == null) {
            throw new IllegalArgumentException("the target must be a file in a folder but was " + target);
        }
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() < 0) {
            throw new IllegalArgumentException("sizeBytes must not be negative but was " + sizeBytes.getAsLong());
        }
    }
}
