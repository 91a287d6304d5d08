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
 * @param landing what is done around the arrival
 */
public record DownloadRequest(
        String job, Source source, Path target, OptionalLong sizeBytes, Optional<Sha256> sha256, Landing landing) {
    public DownloadRequest {
        target = target.toAbsolutePath().normalize();
        if (target.getFileName() == null || target.getParent() == null) {
            throw new IllegalArgumentException("the target must be a file in a folder but was " + target);
        }
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() < 0) {
            throw new IllegalArgumentException("sizeBytes must not be negative but was " + sizeBytes.getAsLong());
        }
    }

    /** A file that only arrives. */
    public DownloadRequest(String job, Source source, Path target, OptionalLong sizeBytes, Optional<Sha256> sha256) {
        this(job, source, target, sizeBytes, sha256, Landing.NONE);
    }

    /** The same, with this around the arrival. */
    public DownloadRequest landing(Landing around) {
        return new DownloadRequest(job, source, target, sizeBytes, sha256, around);
    }

    Path targetFolder() {
        return Optional.ofNullable(target.getParent()).orElseThrow();
    }

    /** Whether both would bring the same file. */
    boolean isSameAs(DownloadRequest other) {
        return target.equals(other.target)
                && sizeBytes.equals(other.sizeBytes)
                && sha256.equals(other.sha256)
                && source.words().equals(other.source.words());
    }
}
