package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.util.Map;
import java.util.Set;

/**
 * What was signed: which files, with which digests. Believed only after its signature has been verified.
 *
 * @param name what the signer called the model; only informative, since a renamed folder is still as it was signed
 * @param files digest by path in the signed order; the path {@code .} alone for a model that is one file
 * @param ignoredPaths paths that the signer left out, with all below them
 * @param linksAllowed whether the signer followed symbolic links
 * @param digest over the digests of all files in the signed order
 */
record Statement(
        String name, Map<String, Sha256> files, Set<String> ignoredPaths, boolean linksAllowed, Sha256 digest) {
    /** The path of a model that is one file: what {@code pathlib} calls a file relative to itself. */
    static final String SINGLE_FILE = ".";

    static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    static final String TYPE = "https://in-toto.io/Statement/v1";
    static final String PREDICATE = "https://model_signing/signature/v1.0";
    /** Of version 0.2 of the reference implementation, which was used in production. */
    static final String OLD_PREDICATE = "https://model_signing/Digests/v0.1";

    boolean isSingleFile() {
        return files.containsKey(SINGLE_FILE);
    }
}
