package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The signing of a model. Immutable: each step returns a new one, and {@link #sign()} does the work, on the thread that calls
 * it.
 *
 * <p>Of a folder every file is signed, but what belongs to Git, the signature itself, and what is ignored by name. What is
 * written is what the reference implementation of OpenSSF Model Signing verifies.
 */
public final class Signing {
    private final SigningOptions options;

    private Signing(SigningOptions options) {
        this.options = options;
    }

    /**
     * Begins the signing of a file or folder.
     *
     * @param key who signs
     */
    public static Signing of(Path model, SigningKey key) {
        return new Signing(new SigningOptions(model, key));
    }

    /**
     * Signs a file or folder with the key of a PEM file, with everything else as usual.
     *
     * @throws BearException as {@link #sign()} and {@link SigningKey#read(Path)}
     */
    public static WrittenSignature sign(Path model, Path keyPem) {
        return of(model, SigningKey.read(keyPem)).sign();
    }

    private Signing with(Consumer<SigningOptions> change) {
        SigningOptions changed = new SigningOptions(options);
        change.accept(changed);
        return new Signing(changed);
    }

    /**
     * Puts certificates into the signature instead of the bare key's fingerprint, so that it can be verified with a root alone.
     *
     * @param pathOrPem the path of a PEM file, or its text: the key's own certificate first, then those between it and the root
     * @throws BearException if they cannot be read, or the first is not for this key or not for signing
     */
    public Signing certificates(String pathOrPem) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Pem block : Pem.blocks(Pem.text(pathOrPem))) {
            if (block.type().equals("CERTIFICATE")) {
                chain.add(certificate(block));
            }
        }
        if (chain.isEmpty() || !options.key.publicKey().equals(chain.get(0).getPublicKey())) {
            throw new BearException(
                    chain.isEmpty() ? "There is no certificate." : "The first certificate is not for the signing key.",
                    "Name a PEM file that begins with the key's own certificate.");
        }
        Optional<String> unfit = unfit(chain);
        if (unfit.isPresent()) {
            throw new BearException(
                    "Nobody would accept the signature: " + unfit.get() + ".",
                    "Get a certificate with the key usage digitalSignature or the extended key usage codeSigning.");
        }
        return with(changed -> changed.chain = List.copyOf(chain));
    }

    private static Optional<String> unfit(List<X509Certificate> chain) {
        try {
            return CertificateChain.ofCertificates(chain).unfit();
        } catch (BundleException e) {
            return Optional.of(e.found());
        }
    }

    private static X509Certificate certificate(Pem block) {
        try {
            return CertificateChain.parse(block.bytes());
        } catch (CertificateException e) {
            throw new BearException(
                    "A certificate cannot be read: " + e.getMessage() + ".",
                    "Get the file again from where it came.",
                    e);
        }
    }

    /** Says where the signature goes. Without this, {@code model.sig} in a folder, {@code <file>.sig} beside a file. */
    public Signing to(Path file) {
        return with(changed -> changed.signature = Optional.of(file));
    }

    /** Replaces a signature that is there; without this there must be none. */
    public Signing overwriting() {
        return with(changed -> changed.overwriting = true);
    }

    /**
     * Leaves files out; the signature names what it says nothing about.
     *
     * @param paths in the folder, with slashes, each with all below it
     */
    public Signing ignoring(String... paths) {
        return with(changed -> changed.ignored =
                Stream.concat(options.ignored.stream(), Stream.of(paths)).toList());
    }

    /** Signs what symbolic links to files in the same folder lead to; without this a link is refused. */
    public Signing allowingLinks() {
        return with(changed -> changed.links = Links.NONE.allow());
    }

    /** Takes digests that are already known, as in {@link Verification#digests}. */
    public Signing digests(Function<Path, Optional<Sha256>> digests) {
        Objects.requireNonNull(digests);
        return with(changed -> changed.digests = digests);
    }

    /** Lets somebody hear how far the hashing is; what it throws cancels the signing. */
    public Signing listener(HashListener listener) {
        Objects.requireNonNull(listener);
        return with(changed -> changed.listener = listener);
    }

    /**
     * Signs. The signature file is written whole or not at all.
     *
     * @throws BearException if there is already a signature, the model cannot be read, or holds what cannot be signed: links,
     *     pipes, names that mean different files on different systems, nothing at all, or the private key itself
     */
    public WrittenSignature sign() {
        return new SigningRun(options).sign();
    }
}
