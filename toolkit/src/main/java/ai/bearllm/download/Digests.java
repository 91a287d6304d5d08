package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.security.MessageDigest;

/** Looks at a running digest without ending it. */
final class Digests {
    private Digests() {}

    /** A second computation that has seen the same bytes. */
    static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    /** The digest of what was seen so far. */
    static Sha256 soFar(MessageDigest digest) {
        return Sha256.of(copy(digest).digest());
    }
}
