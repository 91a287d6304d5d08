package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The certificates of a signature, the signer's first. */
final class CertificateChain {
    private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final List<X509Certificate> certificates;

    private CertificateChain(List<X509Certificate> certificates) {
        this.certificates = List.copyOf(certificates);
    }

    /** A chain that was read already. */
    static CertificateChain ofCertificates(List<X509Certificate> certificates) {
        return new CertificateChain(certificates);
    }

    static CertificateChain of(List<byte[]> der) throws BundleException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] one : der) {
            try {
                certificates.add(parse(one));
            } catch (CertificateException | RuntimeException e) {
                // The JDK's parser lets some unchecked exceptions out for damaged bytes.
                throw BundleException.invalid(
                        "a certificate (number " + (certificates.size() + 1) + ") that cannot be read", "X.509");
            }
        }
        return new CertificateChain(certificates);
    }

    static X509Certificate parse(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    /** The hex SHA-256 of a certificate's DER form. */
    static String fingerprint(X509Certificate certificate) {
        try {
            return Sha256.of(Sha256.newDigest().digest(certificate.getEncoded()))
                    .hex();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has its encoding", e);
        }
    }

    ECPublicKey key() throws BundleException {
        try {
            if (leaf().getPublicKey() instanceof ECPublicKey key
                    && Curve.of(key).isPresent()) {
                return key;
            }
        } catch (RuntimeException e) {
            throw BundleException.invalid("a certificate whose key cannot be read", "X.509");
        }
        throw BundleException.unsupported("its certificate has no key of the curves P-256, P-384 and P-521 but "
                + leaf().getPublicKey().getAlgorithm());
    }

    private X509Certificate leaf() {
        return certificates.get(0);
    }

    Signer signer(Optional<String> trustedBy) throws BundleException {
        return new Signer(
                Signer.Method.CERTIFICATE,
                leaf().getSubjectX500Principal().getName(),
                fingerprint(leaf()),
                Optional.of(Signer.words(PublicKeys.curve(key()))),
                trustedBy,
                Optional.of(leaf().getNotBefore().toInstant()),
                Optional.of(leaf().getNotAfter().toInstant()));
    }

    /** Why the signer's certificate must not sign models, in words; empty where it may. */
    Optional<String> unfit() throws BundleException {
        try {
            List<String> extended = leaf().getExtendedKeyUsage();
            boolean[] usage = leaf().getKeyUsage();
            boolean signs = usage != null && usage.length > 0 && usage[0];
            if (extended != null && extended.contains(CODE_SIGNING)) {
                return Optional.empty();
            }
            if (extended != null && !extended.contains(ANY_USAGE)) {
                return Optional.of("its certificate is for other uses than signing code");
            }
            return signs
                    ? Optional.empty()
                    : Optional.of(
                            "its certificate says neither that it is for digital signatures nor for signing code");
        } catch (CertificateParsingException e) {
            throw BundleException.invalid("a certificate whose key usage cannot be read", "X.509");
        }
    }

    /**
     * Looks for a way from the signer's certificate to a trusted root.
     *
     * @return how it went
     */
    Trust trust(List<TrustedRoot> roots) {
        List<X509Certificate> pool = new ArrayList<>(certificates.subList(1, certificates.size()));
        roots.forEach(root -> pool.addAll(root.others()));
        String why = "no root certificate is trusted";
        for (TrustedRoot root : roots) {
            for (X509Certificate anchor : root.anchors()) {
                Optional<String> fault = new ChainValidation(leaf(), pool, anchor).fault();
                if (fault.isEmpty()) {
                    return new Trust(Optional.of(root.name()), "");
                }
                why = fault.get();
            }
        }
        return new Trust(Optional.empty(), why);
    }

    /**
     * Whether a root vouches for a certificate.
     *
     * @param root the name of the root; empty where none does
     * @param why why none does, in words
     */
    record Trust(Optional<String> root, String why) {}

    /** Whether a certificate is signed with its own key. */
    static boolean isSelfSigned(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                && isSignedBy(certificate, certificate);
    }

    static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false;
        }
    }
}
