package ai.bearllm.signature;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes X.509 certificates for tests, good and bad ones; the JDK's own API has no way to. */
final class TestCertificates {
    static final Instant THEN = Instant.parse("2025-01-01T00:00:00Z");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String subject;
    private final SigningKey key;
    private final List<byte[]> extensions = new ArrayList<>();
    private Instant from = THEN;
    private Instant until = Instant.parse("2035-01-01T00:00:00Z");

    private TestCertificates(String subject, SigningKey key) {
        this.subject = subject;
        this.key = key;
    }

    static TestCertificates of(String subject, SigningKey key) {
        return new TestCertificates(subject, key);
    }

    TestCertificates valid(String from, String until) {
        this.from = Instant.parse(from);
        this.until = Instant.parse(until);
        return this;
    }

    /** An authority; with a negative length, one without limit. */
    TestCertificates authority(int pathLength) {
        byte[] yes = Der.element(0x01, new byte[] {(byte) 0xff});
        byte[] content = pathLength < 0
                ? Der.element(Der.SEQUENCE, yes)
                : Der.element(Der.SEQUENCE, yes, Der.integer(pathLength));
        return extension("2.5.29.19", true, content);
    }

    /** Key usage bits, the first being digitalSignature (0x80), keyCertSign 0x04. */
    TestCertificates usage(int bits) {
        return extension("2.5.29.15", true, Der.element(Der.BIT_STRING, new byte[] {0, (byte) bits}));
    }

    TestCertificates extendedUsage(String oid) {
        return extension("2.5.29.37", false, Der.element(Der.SEQUENCE, Der.oid(oid)));
    }

    TestCertificates extension(String oid, boolean critical, byte[] content) {
        byte[] value = Der.element(Der.OCTET_STRING, content);
        extensions.add(
                critical
                        ? Der.element(Der.SEQUENCE, Der.oid(oid), Der.element(0x01, new byte[] {(byte) 0xff}), value)
                        : Der.element(Der.SEQUENCE, Der.oid(oid), value));
        return this;
    }

    X509Certificate selfSigned() {
        return signedBy(subject, key);
    }

    X509Certificate signedBy(String issuer, SigningKey issuerKey) {
        try {
            byte[] algorithm = Der.element(Der.SEQUENCE, Der.oid("1.2.840.10045.4.3.2"));
            byte[] body = Der.element(
                    Der.SEQUENCE,
                    Der.element(Der.CONTEXT_0, Der.integer(2)),
                    Der.element(
                            Der.INTEGER,
                            BigInteger.valueOf(1 + extensions.size()).toByteArray()),
                    algorithm,
                    name(issuer),
                    Der.element(Der.SEQUENCE, time(from), time(until)),
                    name(subject),
                    key.publicKey().getEncoded(),
                    Der.element(0xa3, Der.element(Der.SEQUENCE, extensions.toArray(new byte[0][]))));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuerKey.privateKey());
            signature.update(body);
            return CertificateChain.parse(Der.element(
                    Der.SEQUENCE, body, algorithm, Der.element(Der.BIT_STRING, new byte[1], signature.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] time(Instant time) {
        return Der.element(0x17, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] name(String commonName) {
        byte[] text = Der.element(0x0c, commonName.getBytes(StandardCharsets.UTF_8));
        return Der.element(Der.SEQUENCE, Der.element(0x31, Der.element(Der.SEQUENCE, Der.oid("2.5.4.3"), text)));
    }

    static String pem(X509Certificate... certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(Pem.write("CERTIFICATE", certificate.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        return text.toString();
    }
}
