package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Writes statements and bundles, in the form that {@link StatementReader} and {@link BundleReader} read. */
final class BundleWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private BundleWriter() {}

    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] json(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * The statement.
     *
     * @param files digest by path, in the order in which they stand in the list
     * @param digest over all of them
     */
    static byte[] statement(
            String name,
            Map<String, Sha256> files,
            Collection<String> ignoredPaths,
            boolean linksAllowed,
            Sha256 digest) {
        return json(out -> {
            out.writeStringField("_type", Statement.TYPE);
            out.writeArrayFieldStart("subject");
            out.writeStartObject();
            out.writeStringField("name", name);
            out.writeObjectFieldStart("digest");
            out.writeStringField("sha256", digest.hex());
            out.writeEndObject();
            out.writeEndObject();
            out.writeEndArray();
            out.writeStringField("predicateType", Statement.PREDICATE);
            out.writeObjectFieldStart("predicate");
            serialization(out, ignoredPaths, linksAllowed);
            out.writeArrayFieldStart("resources");
            for (Map.Entry<String, Sha256> file : files.entrySet()) {
                out.writeStartObject();
                out.writeStringField("name", file.getKey());
                out.writeStringField("algorithm", "sha256");
                out.writeStringField("digest", file.getValue().hex());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void serialization(JsonGenerator out, Collection<String> ignoredPaths, boolean linksAllowed)
            throws IOException {
        out.writeObjectFieldStart("serialization");
        out.writeStringField("method", "files");
        out.writeStringField("hash_type", "sha256");
        out.writeBooleanField("allow_symlinks", linksAllowed);
        if (!ignoredPaths.isEmpty()) {
            out.writeArrayFieldStart("ignore_paths");
            for (String path : ignoredPaths) {
                out.writeString(path);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    /**
     * The bundle.
     *
     * @param chain the signer's certificates, its own first; empty where only the key's fingerprint is to stand in it
     */
    static byte[] bundle(byte[] payload, byte[] signature, String fingerprint, List<X509Certificate> chain) {
        return json(out -> {
            out.writeStringField("mediaType", BundleReader.MEDIA_TYPE);
            out.writeObjectFieldStart("verificationMaterial");
            if (chain.isEmpty()) {
                out.writeObjectFieldStart("publicKey");
                out.writeStringField("hint", fingerprint);
                out.writeEndObject();
            } else {
                certificates(out, chain);
            }
            out.writeArrayFieldStart("tlogEntries");
            out.writeEndArray();
            out.writeEndObject();
            out.writeObjectFieldStart("dsseEnvelope");
            out.writeBinaryField("payload", payload);
            out.writeStringField("payloadType", Statement.PAYLOAD_TYPE);
            out.writeArrayFieldStart("signatures");
            out.writeStartObject();
            out.writeBinaryField("sig", signature);
            out.writeStringField("keyid", "");
            out.writeEndObject();
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static void certificates(JsonGenerator out, List<X509Certificate> chain) throws IOException {
        out.writeObjectFieldStart("x509CertificateChain");
        out.writeArrayFieldStart("certificates");
        for (X509Certificate certificate : chain) {
            out.writeStartObject();
            try {
                out.writeBinaryField("rawBytes", certificate.getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was read has its encoding", e);
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
