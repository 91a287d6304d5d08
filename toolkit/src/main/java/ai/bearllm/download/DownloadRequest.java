package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.util.List;
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
 * @param before files that belong to it and are brought first, one after the other, all as one job: the other parts of a split
 *     model; none of them has such files itself
 */
public record DownloadRequest(
        String job,
        Source source,
        Path target,
        OptionalLong sizeBytes,
        Optional<Sha256> sha256,
        Landing landing,
        List<DownloadRequest> before) {
    public DownloadRequest {
        before = List.copyOf(before);
        if (before.stream().anyMatch(other -> !other.before.isEmpty())) {
            throw new IllegalArgumentException("what is brought before a file brings nothing before itself");
        }
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

    /** A file by itself. */
    public DownloadRequest(
            String job, Source source, Path target, OptionalLong sizeBytes, Optional<Sha256> sha256, Landing landing) {
        this(job, source, target, sizeBytes, sha256, landing, List.of());
    }

    /** The same, after these others. */
    public DownloadRequest after(List<DownloadRequest> others) {
        return new DownloadRequest(job, source, target, sizeBytes, sha256, landing, others);
    }

    /** Bytes of this and what comes before it; empty where nobody has said of one of them. */
    OptionalLong totalBytes() {
        boolean known = sizeBytes.isPresent() && before.stream().allMatch(other -> other.sizeBytes.isPresent());
        return known
                ? OptionalLong.of(sizeBytes.getAsLong()
                        + before.stream()
                                .mapToLong(other -> other.sizeBytes.getAsLong())
                                .sum())
                : OptionalLong.empty();
    }

    /** The same, with this around the arrival. */
    public DownloadRequest landing(Landing around) {
        return new DownloadRequest(job, source, target, sizeBytes, sha256, around, before);
    }

    Path targetFolder() {
        return Optional.ofNullable(target.getParent()).orElseThrow();
    }

    /** Whether both would bring the same file. */
    boolean isSameAs(DownloadRequest other) {
        return target.equals(other.target)
                && sizeBytes.equals(other.sizeBytes)
                && sha256.equals(other.sha256)
                && source.words().equals(other.source.words())
                && before.size() == other.before.size()
                && java.util.stream.IntStream.range(0, before.size())
                        .allMatch(i -> before.get(i).isSameAs(other.before.get(i)));
    }
}
