package ai.bearllm.signature;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Sigstore bundle with a DSSE envelope.
 *
 * <p>Source: {@code sigstore_bundle.proto} and {@code envelope.proto} of Sigstore's protobuf specifications in their JSON form.
 */
final class BundleReader {
    /** A bundle of 100,000 files has 20 MB. */
    static final int MOST_BYTES = 32 << 20;

    static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    /** Real chains have two to four. */
    private static final int MOST_CERTIFICATES = 16;

    private static final int MOST_CERTIFICATE_BYTES = 64 << 10;

    private static final int SHORT = 1024;

    private final JsonFields json;
    private final int length;

    private @Nullable String mediaType;
    private Bundle.@Nullable Material material;
    private boolean logged;
    private byte @Nullable [] payload;
    private @Nullable String payloadType;
    private byte @Nullable [] signature;

    private BundleReader(JsonFields json, int length) {
        this.json = json;
        this.length = length;
    }

    static Bundle read(byte[] file) throws BundleException {
        if (file.length > MOST_BYTES) {
            throw BundleException.invalid("a signature file of " + file.length + " bytes", "at most " + MOST_BYTES);
        }
        if (!beginsLikeAnObject(file)) {
            throw BundleException.unsupported(
                    "it is no Sigstore bundle but perhaps a signature of another kind, such as GPG's or minisign's");
        }
        return JsonFields.read("a signature file", file, json -> new BundleReader(json, file.length).bundle());
    }

    /** An empty file was cut off; anything that is not JSON was never a bundle, and files of that name have other makers too. */
    private static boolean beginsLikeAnObject(byte[] file) {
        for (byte octet : file) {
            if (octet != ' ' && octet != '\n' && octet != '\r' && octet != '\t') {
                return octet == '{';
            }
        }
        return true;
    }

    private Bundle bundle() throws IOException, BundleException {
        json.object("$", this::field);
        if (!MEDIA_TYPE.equals(mediaType)) {
            if (mediaType == null && material == null && payload == null) {
                throw BundleException.unsupported("it is JSON and no Sigstore bundle");
            }
            String found = mediaType == null ? "no mediaType" : "the mediaType " + mediaType;
            throw mediaType != null && mediaType.startsWith("application/vnd.dev.sigstore.bundle")
                    ? BundleException.unsupported("it has " + found + ", and only " + MEDIA_TYPE + " is")
                    : BundleException.invalid("a file with " + found, MEDIA_TYPE);
        }
        Bundle.Material found = present(material, "verificationMaterial.publicKey or .x509CertificateChain");
        if (found instanceof Bundle.Material.Chain chain) {
            found = new Bundle.Material.Chain(chain.certificates(), logged);
        }
        return new Bundle(
                found,
                present(payload, "dsseEnvelope.payload"),
                present(payloadType, "dsseEnvelope.payloadType"),
                present(signature, "dsseEnvelope.signatures"));
    }

    private boolean field(String name) throws IOException, BundleException {
        switch (name) {
            case "mediaType" -> mediaType = json.text("mediaType");
            case "verificationMaterial" -> material();
            case "dsseEnvelope" -> envelope();
            case "messageSignature" ->
                throw BundleException.unsupported(
                        "it signs the bytes of one message (messageSignature) instead of a list of files");
            default -> {
                return false;
            }
        }
        return true;
    }

    private <T> T present(@Nullable T value, String what) throws BundleException {
        if (value == null) {
            throw json.unexpected("there is no " + what);
        }
        return value;
    }

    private void material() throws IOException, BundleException {
        json.object("verificationMaterial", name -> {
            if (json.isNull()) {
                return false;
            }
            switch (name) {
                case "publicKey" -> give(key());
                case "x509CertificateChain" -> give(chain());
                case "certificate" ->
                    throw BundleException.unsupported(
                            "it is keyless (Sigstore: a short-lived certificate and a transparency log)");
                case "tlogEntries" -> logged = !json.isEmptyArray();
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void give(Bundle.Material given) throws BundleException {
        if (material != null) {
            throw json.unexpected("a key and certificates stand side by side");
        }
        material = given;
    }

    private Bundle.Material key() throws IOException, BundleException {
        List<String> hint = new ArrayList<>();
        List<byte[]> pem = new ArrayList<>();
        json.object("publicKey", name -> {
            if (json.isNull()) {
                return false;
            }
            switch (name) {
                case "hint" -> hint.add(json.text("publicKey.hint"));
                case "rawBytes" -> pem.add(json.bytes("publicKey.rawBytes", SHORT));
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new Bundle.Material.Key(
                hint.stream().filter(text -> !text.isEmpty()).findFirst(),
                pem.stream().findFirst());
    }

    private Bundle.Material chain() throws IOException, BundleException {
        List<byte[]> certificates = new ArrayList<>();
        json.object("x509CertificateChain", name -> {
            if (!name.equals("certificates")) {
                return false;
            }
            json.array("certificates", () -> certificates.add(certificate(certificates.size())));
            return true;
        });
        if (certificates.isEmpty()) {
            throw json.unexpected("x509CertificateChain has no certificates");
        }
        return new Bundle.Material.Chain(certificates, false);
    }

    private byte[] certificate(int before) throws IOException, BundleException {
        if (before == MOST_CERTIFICATES) {
            throw json.unexpected("there are more than " + MOST_CERTIFICATES + " certificates");
        }
        List<byte[]> found = new ArrayList<>();
        json.object("certificates[" + before + "]", name -> {
            if (!name.equals("rawBytes")) {
                return false;
            }
            found.add(json.bytes("certificates[" + before + "].rawBytes", SHORT));
            return true;
        });
        if (found.isEmpty() || found.get(0).length > MOST_CERTIFICATE_BYTES) {
            throw json.unexpected("certificates[" + before + "].rawBytes is missing or too long");
        }
        return found.get(0);
    }

    private void envelope() throws IOException, BundleException {
        json.object("dsseEnvelope", name -> {
            switch (name) {
                case "payload" -> payload = json.bytes("dsseEnvelope.payload", length / 4 * 3);
                case "payloadType" -> payloadType = json.text("dsseEnvelope.payloadType");
                case "signatures" -> json.array("signatures", this::signature);
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void signature() throws IOException, BundleException {
        if (signature != null) {
            throw BundleException.unsupported("it holds more than one signature");
        }
        json.object("signatures[0]", name -> {
            if (!name.equals("sig")) {
                return false;
            }
            signature = json.bytes("signatures[0].sig", SHORT);
            return true;
        });
        if (signature == null) {
            throw json.unexpected("there is no signatures[0].sig");
        }
    }
}
