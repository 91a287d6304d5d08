package ai.bearllm.signature;

import java.time.Instant;
import java.util.Optional;

/**
 * Who signed a model, as far as the signature tells.
 *
 * @param method what the signer's identity rests on
 * @param name the name under which the key is trusted, or the subject of the certificate; {@code unknown} for a key that
 *     nobody has named
 * @param fingerprint of a key the hex SHA-256 of its PEM form, which the format calls its hint; of a certificate the hex
 *     SHA-256 of its DER form; {@code unknown} where the signature names no key
 * @param algorithm curve and hash, for example {@code P-384 with SHA-384}; empty where the key is not at hand
 * @param trustedBy the name of the trusted key or root certificate behind it; empty where there is none
 * @param validFrom since when the certificate is valid; empty for a key. The chain is checked as of this moment, as the
 *     reference implementation does: the format holds no time of signing
 * @param validUntil until when the certificate is valid; empty for a key
 */
public record Signer(
        Method method,
        String name,
        String fingerprint,
        Optional<String> algorithm,
        Optional<String> trustedBy,
        Optional<Instant> validFrom,
        Optional<Instant> validUntil) {
    /** The name or fingerprint of a signer of whom nothing is known. */
    static final String UNKNOWN = "unknown";

    /** What a signer's identity rests on. */
    public enum Method {
        /** A bare public key. */
        KEY,
        /** A certificate that a root vouches for. */
        CERTIFICATE
    }

    static Signer unknownKey(String fingerprint) {
        return new Signer(
                Method.KEY,
                UNKNOWN,
                fingerprint,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static String words(Curve curve) {
        return curve + " with "
                + curve.signatureAlgorithm().replace("withECDSA", "").replace("SHA", "SHA-");
    }

    /** In a few words, for example {@code key team (53bab4f8)}. */
    @Override
    public String toString() {
        String brief = fingerprint.length() > 8 ? fingerprint.substring(0, 8) : fingerprint;
        return method == Method.KEY
                ? (name.equals(UNKNOWN) ? "key " + brief : "key " + name + " (" + brief + ")")
                : "certificate of " + name;
    }
}
