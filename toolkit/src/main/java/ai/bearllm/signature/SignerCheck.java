package ai.bearllm.signature;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out who made a signature and whether that is somebody trusted. Nothing of the payload is read before. */
final class SignerCheck {
    private static final String SIGN_AGAIN = "Get the signature again from the model's publisher.";

    private final Path model;
    private final Path signature;
    private final SignaturePolicy policy;

    SignerCheck(Path model, Path signature, SignaturePolicy policy) {
        this.model = model;
        this.signature = signature;
        this.policy = policy;
    }

    /** A trusted signer, or the outcome of a check that ends here. */
    record Outcome(@Nullable Signer trusted, @Nullable SignatureCheck refused) {}

    Outcome check(Bundle bundle) throws BundleException {
        if (!bundle.payloadType().equals(Statement.PAYLOAD_TYPE)) {
            throw BundleException.invalid(
                    "a payload of the type \"" + bundle.payloadType() + "\"", "the type " + Statement.PAYLOAD_TYPE);
        }
        return bundle.material() instanceof Bundle.Material.Chain chain
                ? byCertificate(bundle, CertificateChain.of(chain.certificates()))
                : byKey(bundle, (Bundle.Material.Key) bundle.material());
    }

    private Outcome byKey(Bundle bundle, Bundle.Material.Key material) throws BundleException {
        Optional<String> fingerprint = material.hint().or(() -> material.pem().flatMap(SignerCheck::fingerprint));
        if (fingerprint.isEmpty()) {
            return byAnyKey(bundle);
        }
        Optional<TrustedKey> key = policy.keys().stream()
                .filter(one -> one.fingerprint().equals(fingerprint.get()))
                .findFirst();
        if (key.isEmpty()) {
            return untrusted(Signer.unknownKey(fingerprint.get()), noSuchKey());
        }
        if (!EnvelopeSignature.isBy(key.get().key(), bundle.payload(), bundle.signature())) {
            throw notSignedBy("the key \"" + key.get().name() + "\"");
        }
        return trusted(key.get());
    }

    private static Optional<String> fingerprint(byte[] pem) {
        try {
            return Optional.of(
                    PublicKeys.fingerprint(PublicKeys.ofPem(new String(pem, StandardCharsets.ISO_8859_1), "it")));
        } catch (RuntimeException e) {
            // It was never more than a hint, and such old bundles may lack it altogether.
            return Optional.empty();
        }
    }

    private Outcome byAnyKey(Bundle bundle) throws BundleException {
        for (TrustedKey key : policy.keys()) {
            if (EnvelopeSignature.isBy(key.key(), bundle.payload(), bundle.signature())) {
                return trusted(key);
            }
        }
        return untrusted(Signer.unknownKey(Signer.UNKNOWN), noSuchKey());
    }

    private String noSuchKey() {
        return policy.keys().isEmpty()
                ? "no public key is trusted"
                : "it is none of the " + policy.keys().size() + " trusted keys";
    }

    private Outcome byCertificate(Bundle bundle, CertificateChain chain) throws BundleException {
        if (!EnvelopeSignature.isBy(chain.key(), bundle.payload(), bundle.signature())) {
            throw notSignedBy("the certificate in it");
        }
        Optional<String> unfit = chain.unfit();
        CertificateChain.Trust trust = unfit.isPresent()
                ? new CertificateChain.Trust(Optional.empty(), unfit.get())
                : chain.trust(policy.roots());
        if (trust.root().isPresent()) {
            return new Outcome(chain.signer(trust.root()), null);
        }
        // Whoever trusts the very key needs no certificate for it.
        String fingerprint = PublicKeys.fingerprint(chain.key());
        Optional<TrustedKey> key = policy.keys().stream()
                .filter(one -> one.fingerprint().equals(fingerprint))
                .findFirst();
        return key.isPresent() ? trusted(key.get()) : untrusted(chain.signer(Optional.empty()), trust.why());
    }

    private static BundleException notSignedBy(String whom) {
        return BundleException.invalid(
                "a signature that was not made by " + whom + " for this list of files",
                "a list of files as it was signed");
    }

    private static Outcome trusted(TrustedKey key) {
        Signer signer = new Signer(
                Signer.Method.KEY,
                key.name(),
                key.fingerprint(),
                Optional.of(Signer.words(PublicKeys.curve(key.key()))),
                Optional.of(key.name()),
                Optional.empty(),
                Optional.empty());
        return new Outcome(signer, null);
    }

    private Outcome untrusted(Signer signer, String why) {
        String fix = signer.method() == Signer.Method.KEY
                ? "Get the signer's public key from a place that you trust, and add it to the policy with trustKey."
                : "If you trust the signer, add the root certificate to the policy with trustRoot. " + SIGN_AGAIN;
        return new Outcome(null, new SignatureCheck.Untrusted(model, signature, signer, why, fix));
    }
}
