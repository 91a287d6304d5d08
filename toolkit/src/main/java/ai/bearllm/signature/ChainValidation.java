package ai.bearllm.signature;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way from one certificate to one trusted root, as of the moment from which the first is valid: the bundle holds no time of
 * signing, and the reference implementation decides so. Revocation is not looked at, since that would need the network.
 *
 * <p>At each step the first certificate that fits is taken and none is taken twice, so hostile chains cost no search. The JDK
 * then validates the path by RFC 5280; what it leaves out for a trust anchor is checked here: validity, that it is a CA, its
 * path length.
 */
final class ChainValidation {
    private static final int LONGEST = 10;
    private static final int KEY_CERT_SIGN = 5;
    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    private final X509Certificate leaf;
    private final List<X509Certificate> pool;
    private final X509Certificate anchor;
    private final Date when;

    ChainValidation(X509Certificate leaf, List<X509Certificate> pool, X509Certificate anchor) {
        this.leaf = leaf;
        this.pool = new ArrayList<>(pool);
        this.anchor = anchor;
        this.when = leaf.getNotBefore();
    }

    /** Why the root does not vouch for the certificate, in words; empty where it does. */
    Optional<String> fault() {
        if (leaf.equals(anchor)) {
            return leaf.hasUnsupportedCriticalExtension()
                    ? Optional.of("its certificate has a critical extension that is not known")
                    : Optional.empty();
        }
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate current = leaf;
        while (path.size() < LONGEST) {
            path.add(current);
            if (isIssuer(anchor, current)) {
                return anchorFault(path).or(() -> pathFault(path));
            }
            X509Certificate next = issuer(current);
            if (next == null) {
                return Optional.of("no trusted root stands behind "
                        + current.getIssuerX500Principal().getName());
            }
            pool.remove(next);
            current = next;
        }
        return Optional.of("its chain has more than " + LONGEST + " certificates");
    }

    private static boolean isIssuer(X509Certificate issuer, X509Certificate certificate) {
        return issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())
                && CertificateChain.isSignedBy(certificate, issuer);
    }

    /** One that is valid at the time before one that is not: a renewed certificate has the name and key of the old one. */
    private @Nullable X509Certificate issuer(X509Certificate certificate) {
        X509Certificate found = null;
        for (X509Certificate candidate : pool) {
            if (!candidate.equals(certificate) && isIssuer(candidate, certificate)) {
                if (isValid(candidate)) {
                    return candidate;
                }
                found = found == null ? candidate : found;
            }
        }
        return found;
    }

    private boolean isValid(X509Certificate certificate) {
        try {
            certificate.checkValidity(when);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    private Optional<String> anchorFault(List<X509Certificate> path) {
        boolean[] usage = anchor.getKeyUsage();
        if (!isValid(anchor)) {
            return Optional.of("the root certificate was not valid on " + when.toInstant());
        }
        if (usage != null && !(usage.length > KEY_CERT_SIGN && usage[KEY_CERT_SIGN])) {
            return Optional.of("the root certificate is not for signing certificates");
        }
        if (anchor.getVersion() < 3) {
            return Optional.empty();
        }
        long between = path.stream()
                .skip(1)
                .filter(one -> !one.getSubjectX500Principal().equals(one.getIssuerX500Principal()))
                .count();
        return anchor.getBasicConstraints() < between
                ? Optional.of("the root certificate is no authority for a chain of this length")
                : Optional.empty();
    }

    private Optional<String> pathFault(List<X509Certificate> path) {
        try {
            byte[] constraints = anchor.getExtensionValue(NAME_CONSTRAINTS);
            byte[] inner = constraints == null
                    ? null
                    : new Der(constraints).enter(Der.OCTET_STRING).rest();
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, inner)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(when);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            X509Certificate bad = path.get(Math.max(0, e.getIndex()));
            return Optional.of("the certificate of "
                    + bad.getSubjectX500Principal().getName() + " does not hold (" + e.getMessage() + ")");
        } catch (GeneralSecurityException | RuntimeException e) {
            return Optional.of("its certificates cannot be followed (" + e.getMessage() + ")");
        }
    }
}
