package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.EllipticCurve;
import java.util.Arrays;
import java.util.Optional;

/**
 * A curve whose keys may sign models, with the hash that goes with it.
 *
 * <p>Source: the algorithms of Sigstore's protobuf specifications that model signing uses: P-256 with SHA-256, P-384 with
 * SHA-384, P-521 with SHA-512.
 */
public enum Curve {
    /** NIST P-256, signing SHA-256. */
    P_256("secp256r1", "SHA256withECDSA", "1.2.840.10045.3.1.7"),
    /** NIST P-384, signing SHA-384. */
    P_384("secp384r1", "SHA384withECDSA", "1.3.132.0.34"),
    /** NIST P-521, signing SHA-512. */
    P_521("secp521r1", "SHA512withECDSA", "1.3.132.0.35");

    private final String standardName;
    private final String signatureAlgorithm;
    private final String oid;

    Curve(String standardName, String signatureAlgorithm, String oid) {
        this.standardName = standardName;
        this.signatureAlgorithm = signatureAlgorithm;
        this.oid = oid;
    }

    /** The name of the JDK and of OpenSSL, for example {@code secp256r1}. */
    String standardName() {
        return standardName;
    }

    /** What the JDK calls signing with this curve. */
    String signatureAlgorithm() {
        return signatureAlgorithm;
    }

    String oid() {
        return oid;
    }

    /** Field size in whole bytes: the length of a private key and of a coordinate. */
    int fieldBytes() {
        return (parameters().getCurve().getField().getFieldSize() + 7) / 8;
    }

    ECParameterSpec parameters() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(standardName));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new BearException(
                    "This Java has no elliptic curve " + this + ".",
                    "Use a JDK with the module jdk.crypto.ec, as every full JDK has.",
                    e);
        }
    }

    /** The curve of a key; empty for every other curve. */
    static Optional<Curve> of(ECKey key) {
        ECParameterSpec found = key.getParams();
        return found == null
                ? Optional.empty()
                : Arrays.stream(values())
                        .filter(curve -> same(curve.parameters(), found))
                        .findFirst();
    }

    static Optional<Curve> ofOid(String oid) {
        return Arrays.stream(values()).filter(curve -> curve.oid.equals(oid)).findFirst();
    }

    private static boolean same(ECParameterSpec one, ECParameterSpec other) {
        EllipticCurve a = one.getCurve();
        EllipticCurve b = other.getCurve();
        return a.getField().equals(b.getField())
                && a.getA().equals(b.getA())
                && a.getB().equals(b.getB())
                && one.getGenerator().equals(other.getGenerator())
                && one.getOrder().equals(other.getOrder());
    }

    /** As people write it: {@code P-256}. */
    @Override
    public String toString() {
        return name().replace('_', '-');
    }
}
