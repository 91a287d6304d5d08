package ai.bearllm.signature;

import java.security.interfaces.ECPublicKey;

/** A public key that the user trusts, under the user's name for it. */
record TrustedKey(String name, ECPublicKey key, String fingerprint) {
    static TrustedKey of(String name, String pem) {
        ECPublicKey key = PublicKeys.ofPem(pem, "The key \"" + name + "\"");
        return new TrustedKey(name, key, PublicKeys.fingerprint(key));
    }
}
