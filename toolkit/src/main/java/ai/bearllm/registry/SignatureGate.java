package ai.bearllm.registry;

import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.signature.SignatureCheck;
import ai.bearllm.signature.SignaturePolicy;
import ai.bearllm.signature.Verification;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Lets only those files pass that the home's signature policy allows. */
final class SignatureGate {
    private static final Logger LOG = System.getLogger(SignatureGate.class.getName());

    private final Settings settings;

    SignatureGate(Settings settings) {
        this.settings = settings;
    }

    /** Whether signatures are of any interest here, so that one is worth asking a server for. */
    boolean isActive() {
        SignaturePolicy policy = settings.signaturePolicy();
        return policy.unsigned() != SignaturePolicy.Reaction.FINE
                || !policy.trusted().isEmpty();
    }

    SignaturePolicy policy() {
        return settings.signaturePolicy();
    }

    /** The path of a model's file where it was signed. */
    static String nameWhenSigned(ModelFile part) {
        return part.origin() instanceof Origin.HubFile file ? file.path() : part.name();
    }

    /** Where a file's own signature lies, or would. */
    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".sig");
    }

    /**
     * Checks the file's signature, without hashing it again.
     *
     * @param sha256 the digest of the file's present bytes
     * @param name the file's path where it was signed
     * @param signature where the signature lies, if not beside the file
     * @throws ai.bearllm.model.BearException where the policy refuses the file
     */
    void require(Path file, Sha256 sha256, String name, Optional<Path> signature) {
        SignaturePolicy policy = settings.signaturePolicy();
        boolean none = signature.isEmpty() && Files.notExists(beside(file));
        if (none && policy.unsigned() == SignaturePolicy.Reaction.FINE) {
            return;
        }
        Verification verification =
                Verification.of(file).policy(policy).named(name).digests(asked -> Optional.of(sha256));
        SignatureCheck check =
                signature.map(verification::signature).orElse(verification).check();
        policy.require(check);
        policy.warning(check).ifPresent(warning -> LOG.log(Level.WARNING, warning));
    }
}
