package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Root certificates that the user trusts, under the user's name for them.
 *
 * @param anchors the self-signed ones
 * @param others certificates beside them, which may complete a chain and are not trusted by themselves
 * @param pem the text they come from, certificates only
 */
record TrustedRoot(String name, List<X509Certificate> anchors, List<X509Certificate> others, String pem) {
    static TrustedRoot of(String name, String text) {
        List<X509Certificate> anchors = new ArrayList<>();
        List<X509Certificate> others = new ArrayList<>();
        StringBuilder pem = new StringBuilder();
        for (Pem block : Pem.blocks(text)) {
            if (block.type().equals("CERTIFICATE")) {
                X509Certificate certificate = parse(name, block);
                (CertificateChain.isSelfSigned(certificate) ? anchors : others).add(certificate);
                pem.append(Pem.write(block.type(), block.bytes()));
            }
        }
        if (anchors.isEmpty()) {
            throw new BearException(
                    "\"" + name + "\" holds " + others.size()
                            + " certificates and no root among them; a root is signed with" + " its own key.",
                    "Name a PEM file with the root certificate of the signer's authority.");
        }
        return new TrustedRoot(name, List.copyOf(anchors), List.copyOf(others), pem.toString());
    }

    private static X509Certificate parse(String name, Pem block) {
        try {
            return CertificateChain.parse(block.bytes());
        } catch (CertificateException e) {
            throw new BearException(
                    "\"" + name + "\" holds a certificate that cannot be read: " + e.getMessage() + ".",
                    "Get the file again from where it came.",
                    e);
        }
    }

    String fingerprint() {
        return CertificateChain.fingerprint(anchors.get(0));
    }
}
