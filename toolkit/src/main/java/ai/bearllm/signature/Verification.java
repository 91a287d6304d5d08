package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The check of a model's signature. Immutable: each step returns a new one, and {@link #check()} does the work, on the thread
 * that calls it.
 *
 * <p>A signature of a folder covers every file in it but what belongs to Git, the signature itself, and what its signer left
 * out. Of a file that lies beside a {@code model.sig}, only that file is checked, and the outcome says so.
 *
 * <p>Source: OpenSSF Model Signing, specification 1.0 and its reference implementation. Supported are its methods key and
 * certificate over lists of files with SHA-256; keyless signatures, lists of shards and other hashes are refused by name.
 */
public final class Verification {
    private final VerificationOptions options;

    private Verification(VerificationOptions options) {
        this.options = options;
    }

    /**
     * Begins the check of a file or folder, at first with nobody trusted.
     *
     * @param model a model file, or a folder of which every file is part of the model
     */
    public static Verification of(Path model) {
        return new Verification(new VerificationOptions(model));
    }

    private Verification with(Consumer<VerificationOptions> change) {
        VerificationOptions changed = new VerificationOptions(options);
        change.accept(changed);
        return new Verification(changed);
    }

    /** Says who is trusted. */
    public Verification policy(SignaturePolicy policy) {
        Objects.requireNonNull(policy);
        return with(changed -> changed.policy = policy);
    }

    /**
     * Says where the signature lies. Without this, {@code model.sig} in a folder; for a file {@code <file>.sig}, or else
     * {@code model.sig} beside it.
     */
    public Verification signature(Path file) {
        return with(changed -> changed.signature = Optional.of(file));
    }

    /** Says under which path a file stands in the signed folder, with slashes, where that is not just its name. */
    public Verification named(String path) {
        return with(changed -> changed.name = Optional.of(path));
    }

    /**
     * Passes over files of the folder that are not signed.
     *
     * @param paths in the folder, with slashes, each with all below it. A signed file is compared all the same
     */
    public Verification ignoring(String... paths) {
        return with(changed -> changed.ignored =
                Stream.concat(options.ignored.stream(), Stream.of(paths)).toList());
    }

    /** Passes over every file of the folder that is not signed; the outcome says so. */
    public Verification ignoringUnsignedFiles() {
        return with(changed -> changed.unsignedFilesIgnored = true);
    }

    /**
     * Follows symbolic links to files in the same folder, also where the signer did not. Without this they are followed only
     * where the signer did, as the specification has it.
     */
    public Verification allowingLinks() {
        return with(changed -> changed.links = options.links.allow());
    }

    /**
     * Follows symbolic links to files below another folder, such as the store of blobs of a download cache. The digests of what
     * they lead to are compared as ever.
     */
    public Verification allowingLinks(Path within) {
        return with(changed -> changed.links = new Links(true, Optional.of(within)));
    }

    /**
     * Takes digests that are already known, so that nothing is hashed twice.
     *
     * @param digests the SHA-256 of a file's present bytes, which the caller vouches for; empty where it is not known. Asked
     *     with real paths, links resolved
     */
    public Verification digests(Function<Path, Optional<Sha256>> digests) {
        Objects.requireNonNull(digests);
        return with(changed -> changed.digests = digests);
    }

    /** Lets somebody hear how far the hashing is; what it throws cancels the check. */
    public Verification listener(HashListener listener) {
        Objects.requireNonNull(listener);
        return with(changed -> changed.listener = listener);
    }

    /**
     * Checks. Whatever is wrong with signature or files is an outcome, never an exception.
     *
     * @throws ai.bearllm.model.BearException if the model or its signature cannot be read
     */
    public SignatureCheck check() {
        return new VerificationRun(options).check();
    }
}
