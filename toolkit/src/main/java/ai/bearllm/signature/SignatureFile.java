package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where signatures lie. */
final class SignatureFile {
    /** What the reference implementation calls it unless told otherwise. */
    static final String NAME = "model.sig";

    private SignatureFile() {}

    /**
     * Where a model's signature is looked for, in this order: for a folder {@code model.sig} in it; for a file its own name
     * with {@code .sig} behind, then {@code model.sig} beside it.
     */
    static List<Path> candidates(Path model) {
        return Files.isDirectory(model)
                ? List.of(model.resolve(NAME))
                : List.of(model.resolveSibling(model.getFileName() + ".sig"), model.resolveSibling(NAME));
    }

    static Optional<Path> find(Path model) {
        return candidates(model).stream().filter(Files::isRegularFile).findFirst();
    }

    static byte[] read(Path signature) throws BundleException {
        try {
            long size = Files.size(signature);
            if (size > BundleReader.MOST_BYTES) {
                throw BundleException.invalid(
                        "a signature file of " + size + " bytes", "at most " + BundleReader.MOST_BYTES);
            }
            return Files.readAllBytes(signature);
        } catch (IOException e) {
            throw new BearException(
                    "The signature " + signature + " cannot be read: " + e + ".", "Check its path and permissions.", e);
        }
    }
}
