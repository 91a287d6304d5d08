package ai.bearllm.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.util.stream.Stream;

/**
 * Signs and verifies a payload as a DSSE envelope does.
 *
 * <p>Source: the pre-authentication encoding of DSSE 1.0: {@code DSSEv1}, then length and text of the type, then length and
 * bytes of the payload, with single spaces between.
 */
final class EnvelopeSignature {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private EnvelopeSignature() {}

    /**
     * Whether this key signed this payload. The payload's type is always the one that models are signed with: an envelope that
     * names another type does not change what was signed.
     */
    static boolean isBy(ECPublicKey key, byte[] payload, byte[] signature) {
        Curve curve = PublicKeys.curve(key);
        if (!isWellFormed(signature, curve)) {
            return false;
        }
        if (verify(curve.signatureAlgorithm(), key, signature, out -> encode(out, payload))) {
            return true;
        }
        // Version 0.2 used SHA-256 for every curve when it signed with a certificate.
        return isOld(payload)
                && Stream.of(curve, Curve.P_256)
                        .map(Curve::signatureAlgorithm)
                        .distinct()
                        .anyMatch(algorithm -> verify(algorithm, key, signature, out -> encodeOld(out, payload)));
    }

    private static boolean isOld(byte[] payload) {
        return new String(payload, StandardCharsets.ISO_8859_1).contains(Statement.OLD_PREDICATE);
    }

    static byte[] sign(PrivateKey key, Curve curve, byte[] payload) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(curve.signatureAlgorithm());
        signature.initSign(key);
        encode(signature, payload);
        return signature.sign();
    }

    @FunctionalInterface
    private interface Encoding {
        void into(Signature signature) throws SignatureException;
    }

    private static boolean verify(String algorithm, ECPublicKey key, byte[] signature, Encoding encoding) {
        try {
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(key);
            encoding.into(verifier);
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("not a key that may sign", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    private static void encode(Signature out, byte[] payload) throws SignatureException {
        String type = Statement.PAYLOAD_TYPE;
        out.update(
                ("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
        out.update(payload);
    }

    /**
     * What version 0.2 of the reference implementation signed by mistake: other capitals, and the payload as Python prints
     * bytes. No two payloads print alike, so accepting it weakens nothing.
     */
    private static void encodeOld(Signature out, byte[] payload) throws SignatureException {
        String type = Statement.PAYLOAD_TYPE;
        out.update(("DSSEV1 " + type.length() + " " + type + " " + payload.length + " b")
                .getBytes(StandardCharsets.UTF_8));
        byte quote = (byte) (contains(payload, '\'') && !contains(payload, '"') ? '"' : '\'');
        out.update(quote);
        byte[] buffer = new byte[4096];
        int length = 0;
        for (byte octet : payload) {
            if (length > buffer.length - 4) {
                out.update(buffer, 0, length);
                length = 0;
            }
            length = print(octet, quote, buffer, length);
        }
        out.update(buffer, 0, length);
        out.update(quote);
    }

    private static boolean contains(byte[] bytes, char wanted) {
        for (byte octet : bytes) {
            if (octet == wanted) {
                return true;
            }
        }
        return false;
    }

    /** As Python's {@code repr} of bytes does it. */
    private static int print(byte octet, byte quote, byte[] out, int at) {
        int next = at;
        int value = octet & 0xff;
        if (value == '\\' || octet == quote) {
            out[next++] = '\\';
            out[next++] = octet;
        } else if (value == '\t' || value == '\n' || value == '\r') {
            out[next++] = '\\';
            out[next++] = (byte) (value == '\t' ? 't' : value == '\n' ? 'n' : 'r');
        } else if (value < ' ' || value >= 0x7f) {
            out[next++] = '\\';
            out[next++] = 'x';
            out[next++] = HEX[value >> 4];
            out[next++] = HEX[value & 15];
        } else {
            out[next++] = octet;
        }
        return next;
    }

    /** Both numbers between 1 and the order: Java before 17.0.3 took a signature of zeros for anybody's (CVE-2022-21449). */
    private static boolean isWellFormed(byte[] signature, Curve curve) {
        try {
            Der der = new Der(signature);
            Der numbers = der.enter(Der.SEQUENCE);
            BigInteger order = curve.parameters().getOrder();
            BigInteger r = numbers.integer();
            BigInteger s = numbers.integer();
            return inRange(r, order) && inRange(s, order) && numbers.isEmpty() && der.isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean inRange(BigInteger number, BigInteger order) {
        return number.signum() > 0 && number.compareTo(order) < 0;
    }
}
