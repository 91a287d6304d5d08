package ai.bearllm.hub;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the hub says about a file before it is downloaded.
 *
 * @param file the file at the commit that its revision means now: asking for it again gives the same bytes
 * @param etag the hub's name for these bytes; empty where it gives none
 * @param sha256 the digest the hub declares, for files in its large file storage; empty for others
 * @param sizeBytes empty where the hub does not say
 * @param location where the bytes are served, where that is elsewhere; often signed and short-lived: neither shown nor stored
 */
public record FileInfo(
        Origin.HubFile file,
        Optional<String> etag,
        Optional<Sha256> sha256,
        OptionalLong sizeBytes,
        Optional<URI> location) {

    /** The commit; the revision as it was asked for where the hub does not tell. */
    public String commit() {
        return file.revision();
    }

    /** The file, its size and the beginning of its digest. */
    @Override
    public String toString() {
        String size = sizeBytes.isPresent() ? new ByteSize(sizeBytes.getAsLong()).toString() : "unknown size";
        return file.path() + ", " + size + ", SHA-256 "
                + sha256.map(Sha256::brief).orElse("unknown");
    }
}
