package ai.bearllm.hub;

import java.util.Optional;

/**
 * By what one recognizes that the file on the server is still the same.
 *
 * @param size its length in bytes
 * @param etag as the server writes it
 * @param modified the header {@code Last-Modified} as it stands
 */
record FileVersion(long size, Optional<String> etag, Optional<String> modified) {
    static FileVersion of(HttpAnswer head, long size) {
        return new FileVersion(size, head.header("etag"), head.header("last-modified"));
    }

    /** Without a name for its version, two answers cannot be known to be of one file. */
    boolean isNamed() {
        return etag.isPresent() || modified.isPresent();
    }

    /** Servers of one name may differ in the time, but not in the tag. */
    boolean isSame(FileVersion other) {
        return size == other.size && etag.equals(other.etag) && (etag.isPresent() || modified.equals(other.modified));
    }
}
