package ai.bearllm.signature;

import java.util.List;
import java.util.Optional;

/** What a signature file holds, read and not yet believed. */
final class Bundle {
    private final Material material;
    private final byte[] payload;
    private final String payloadType;
    private final byte[] signature;

    Bundle(Material material, byte[] payload, String payloadType, byte[] signature) {
        this.material = material;
        this.payload = payload;
        this.payloadType = payloadType;
        this.signature = signature;
    }

    Material material() {
        return material;
    }

    /** The signed bytes. */
    byte[] payload() {
        return payload;
    }

    /** What they are said to be. */
    String payloadType() {
        return payloadType;
    }

    /** The signature over them, as DER. */
    byte[] signature() {
        return signature;
    }

    /** What the signer gives for its identity. */
    sealed interface Material {
        /**
         * A bare key.
         *
         * @param hint the fingerprint of the key; empty in bundles of versions before 1.1
         * @param pem the key itself, in such older bundles
         */
        record Key(Optional<String> hint, Optional<byte[]> pem) implements Material {}

        /**
         * Certificates as DER, the signer's first.
         *
         * @param logged whether entries of a transparency log stand beside them, which nobody checks here
         */
        record Chain(List<byte[]> certificates, boolean logged) implements Material {
            public Chain {
                certificates = List.copyOf(certificates);
            }
        }
    }
}
