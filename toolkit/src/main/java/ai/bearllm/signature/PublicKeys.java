package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/** Public keys that may verify signatures, and how they are named. */
final class PublicKeys {
    private PublicKeys() {}

    /**
     * The one public key of a PEM text.
     *
     * @param from what the text is, for messages
     * @throws BearException if there is none, or it is not of a curve that may sign
     */
    static ECPublicKey ofPem(String pem, String from) {
        List<Pem> found = Pem.blocks(pem).stream()
                .filter(block -> block.type().equals("PUBLIC KEY"))
                .toList();
        if (found.size() != 1) {
            throw new BearException(
                    from + " holds " + found.size() + " public keys; expected one PEM block PUBLIC KEY.",
                    "Name the file with the public key; openssl ec -in key.pem -pubout writes it from a private key.");
        }
        try {
            PublicKey key = KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(found.get(0).bytes()));
            if (key instanceof ECPublicKey ec && Curve.of(ec).isPresent()) {
                return ec;
            }
        } catch (GeneralSecurityException e) {
            throw unusable(from, e);
        }
        throw unusable(from, null);
    }

    private static BearException unusable(String from, @org.jspecify.annotations.Nullable Exception cause) {
        return new BearException(
                from + " holds no key of the curves P-256, P-384 and P-521, with which models are signed.",
                "Use an elliptic-curve key; SigningKey.generate() makes one.",
                cause);
    }

    /** The key as the format's hint counts it: PEM with lines of 64 characters and a line end behind the last. */
    static String pem(ECPublicKey key) {
        return Pem.write("PUBLIC KEY", key.getEncoded());
    }

    /** The format's hint for a key: the hex SHA-256 of its PEM form. */
    static String fingerprint(ECPublicKey key) {
        return Sha256.of(Sha256.newDigest().digest(pem(key).getBytes(StandardCharsets.US_ASCII)))
                .hex();
    }

    static Curve curve(ECPublicKey key) {
        return Curve.of(key).orElseThrow(() -> new IllegalArgumentException("not a key that may sign"));
    }
}
