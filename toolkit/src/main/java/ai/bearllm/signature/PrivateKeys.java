package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Reads private keys from PEM: {@code EC PRIVATE KEY} (SEC 1), {@code PRIVATE KEY} and {@code ENCRYPTED PRIVATE KEY} (PKCS #8).
 *
 * <p>Source: RFC 5915 and RFC 5958.
 */
final class PrivateKeys {
    private static final String EC_KEY = "1.2.840.10045.2.1";
    /** Keys have some thousands to a million; a file that says billions would keep the machine busy for hours. */
    private static final int MOST_ITERATIONS = 10_000_000;

    private static final String MAKE_ONE = "Use a key of P-256, P-384 or P-521 as SigningKey.generate() makes it.";

    private PrivateKeys() {}

    /** A private key as number, with its curve. */
    record Scalar(Curve curve, BigInteger value) {}

    /**
     * The one private key of a PEM text.
     *
     * @param from what the text is, for messages
     * @param password of an encrypted key; empty for none
     * @throws BearException if there is none that can sign, or the password is missing or wrong
     */
    static Scalar ofPem(String pem, String from, Optional<char[]> password) {
        if (pem.contains("Proc-Type: 4,ENCRYPTED")) {
            throw new BearException(
                    from + " holds a key in OpenSSL's old encrypted form.",
                    "Convert it with openssl pkcs8 -topk8 -in old.pem -out new.pem.");
        }
        List<Pem> keys = Pem.blocks(pem).stream()
                .filter(block -> block.type().endsWith("PRIVATE KEY"))
                .toList();
        if (keys.size() != 1) {
            throw new BearException(from + " holds " + keys.size() + " private keys; expected one.", MAKE_ONE);
        }
        Pem key = keys.get(0);
        try {
            return switch (key.type()) {
                case "EC PRIVATE KEY" -> sec1(new Der(key.bytes()), null);
                case "PRIVATE KEY" -> pkcs8(key.bytes());
                case "ENCRYPTED PRIVATE KEY" -> pkcs8(decrypted(key.bytes(), from, password));
                default -> throw new IllegalArgumentException("a " + key.type());
            };
        } catch (IllegalArgumentException e) {
            throw new BearException(from + " holds no usable elliptic-curve key: " + e.getMessage() + ".", MAKE_ONE, e);
        }
    }

    private static Scalar pkcs8(byte[] bytes) {
        Der info = new Der(bytes).enter(Der.SEQUENCE);
        info.integer();
        Der algorithm = info.enter(Der.SEQUENCE);
        String kind = algorithm.oid();
        if (!kind.equals(EC_KEY)) {
            throw new IllegalArgumentException("it is of another kind (" + kind + ")");
        }
        String curve = algorithm.oid();
        return sec1(new Der(info.enter(Der.OCTET_STRING).rest()), curve);
    }

    private static Scalar sec1(Der der, @Nullable String curveBefore) {
        Der key = der.enter(Der.SEQUENCE);
        key.integer();
        BigInteger value = new BigInteger(1, key.enter(Der.OCTET_STRING).rest());
        String oid = key.isNext(Der.CONTEXT_0) ? key.enter(Der.CONTEXT_0).oid() : curveBefore;
        if (oid == null) {
            throw new IllegalArgumentException("it does not name its curve");
        }
        Curve curve = Curve.ofOid(oid)
                .orElseThrow(() -> new IllegalArgumentException("its curve " + oid + " is not P-256, P-384 or P-521"));
        if (value.signum() == 0 || value.compareTo(curve.parameters().getOrder()) >= 0) {
            throw new IllegalArgumentException("it is out of its curve's range");
        }
        return new Scalar(curve, value);
    }

    private static byte[] decrypted(byte[] bytes, String from, Optional<char[]> password) {
        if (password.isEmpty()) {
            throw new BearException(from + " holds an encrypted key.", "Give its password.");
        }
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(bytes);
            // For PBES2 only the parameters know, by their text, what the JDK calls the whole scheme.
            String scheme = info.getAlgParameters() == null
                    ? info.getAlgName()
                    : info.getAlgParameters().toString();
            requireBoundedWork(info, from);
            Cipher cipher = Cipher.getInstance(scheme);
            PBEKeySpec secret = new PBEKeySpec(password.get());
            try {
                cipher.init(
                        Cipher.DECRYPT_MODE,
                        SecretKeyFactory.getInstance(scheme).generateSecret(secret),
                        info.getAlgParameters());
            } finally {
                secret.clearPassword();
            }
            return info.getKeySpec(cipher).getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new BearException(
                    from + " cannot be decrypted: the password is wrong, or this Java does not know its encryption.",
                    "Check the password; openssl pkcs8 -topk8 -v2 aes256 writes a form that every JDK reads.",
                    e);
        }
    }

    private static void requireBoundedWork(EncryptedPrivateKeyInfo info, String from) throws GeneralSecurityException {
        if (info.getAlgParameters() != null
                && info.getAlgParameters()
                                .getParameterSpec(PBEParameterSpec.class)
                                .getIterationCount()
                        > MOST_ITERATIONS) {
            throw new BearException(
                    from + " asks for more than " + MOST_ITERATIONS + " iterations to decrypt it.",
                    "Encrypt the key again with fewer.");
        }
    }

    /** The PKCS #8 form, with the public key in it. */
    static byte[] encode(Scalar key, ECPoint point) {
        byte[] value = fixed(key.value(), key.curve().fieldBytes());
        byte[] sec1 = Der.element(
                Der.SEQUENCE,
                Der.integer(1),
                Der.element(Der.OCTET_STRING, value),
                Der.element(Der.CONTEXT_1, Der.element(Der.BIT_STRING, new byte[1], uncompressed(key.curve(), point))));
        return Der.element(
                Der.SEQUENCE,
                Der.integer(0),
                Der.element(Der.SEQUENCE, Der.oid(EC_KEY), Der.oid(key.curve().oid())),
                Der.element(Der.OCTET_STRING, sec1));
    }

    private static byte[] uncompressed(Curve curve, ECPoint point) {
        int length = curve.fieldBytes();
        byte[] bytes = new byte[1 + 2 * length];
        bytes[0] = 4;
        System.arraycopy(fixed(point.getAffineX(), length), 0, bytes, 1, length);
        System.arraycopy(fixed(point.getAffineY(), length), 0, bytes, 1 + length, length);
        return bytes;
    }

    private static byte[] fixed(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[length];
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, fixed, length - copied, copied);
        return fixed;
    }

    /**
     * The public point of a private key: the JDK's keys do not have it. Its time depends on the key, so this is nothing for a
     * service that strangers can time; here it runs once in the owner's own process.
     */
    static ECPoint publicPoint(Scalar key) {
        ECParameterSpec parameters = key.curve().parameters();
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger a = parameters.getCurve().getA();
        ECPoint sum = ECPoint.POINT_INFINITY;
        for (int bit = key.value().bitLength() - 1; bit >= 0; bit--) {
            sum = add(sum, sum, a, p);
            if (key.value().testBit(bit)) {
                sum = add(sum, parameters.getGenerator(), a, p);
            }
        }
        return sum;
    }

    private static ECPoint add(ECPoint one, ECPoint other, BigInteger a, BigInteger p) {
        if (one.equals(ECPoint.POINT_INFINITY)) {
            return other;
        }
        BigInteger x1 = one.getAffineX();
        BigInteger y1 = one.getAffineY();
        BigInteger x2 = other.getAffineX();
        BigInteger y2 = other.getAffineY();
        boolean same = x1.equals(x2);
        if (same && y1.add(y2).mod(p).signum() == 0) {
            return ECPoint.POINT_INFINITY;
        }
        BigInteger slope = same
                ? x1.pow(2)
                        .multiply(BigInteger.valueOf(3))
                        .add(a)
                        .multiply(y1.shiftLeft(1).modInverse(p))
                : y2.subtract(y1).multiply(x2.subtract(x1).modInverse(p));
        BigInteger x3 = slope.pow(2).subtract(x1).subtract(x2).mod(p);
        return new ECPoint(x3, slope.multiply(x1.subtract(x3)).subtract(y1).mod(p));
    }
}
