package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Optional;
import java.util.Set;

/** A private key that signs models, with its public key. Never prints the private part. */
public final class SigningKey implements Shown {
    private final PrivateKeys.Scalar scalar;
    private final PrivateKey privateKey;
    private final ECPublicKey publicKey;

    private SigningKey(PrivateKeys.Scalar scalar) {
        this.scalar = scalar;
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            ECPoint point = PrivateKeys.publicPoint(scalar);
            this.privateKey = factory.generatePrivate(
                    new ECPrivateKeySpec(scalar.value(), scalar.curve().parameters()));
            this.publicKey = (ECPublicKey) factory.generatePublic(
                    new ECPublicKeySpec(point, scalar.curve().parameters()));
        } catch (GeneralSecurityException e) {
            throw new BearException("This Java cannot use the key: " + e.getMessage() + ".", "Use a full JDK.", e);
        }
    }

    /** Makes a new key of P-256, which suffices. */
    public static SigningKey generate() {
        return generate(Curve.P_256);
    }

    /** Makes a new key. */
    public static SigningKey generate(Curve curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve.standardName()));
            KeyPair pair = generator.generateKeyPair();
            return new SigningKey(new PrivateKeys.Scalar(curve, ((ECPrivateKey) pair.getPrivate()).getS()));
        } catch (GeneralSecurityException e) {
            throw new BearException("This Java cannot make keys of " + curve + ".", "Use a full JDK.", e);
        }
    }

    /**
     * Reads a key without password.
     *
     * @param pem a PEM file with one private key of P-256, P-384 or P-521: {@code EC PRIVATE KEY} or {@code PRIVATE KEY}
     * @throws BearException if there is no such key in it
     */
    public static SigningKey read(Path pem) {
        return new SigningKey(PrivateKeys.ofPem(Pem.text(pem), pem.toString(), Optional.empty()));
    }

    /**
     * Reads an encrypted key.
     *
     * @param pem a PEM file with one {@code ENCRYPTED PRIVATE KEY} of P-256, P-384 or P-521
     * @throws BearException if there is no such key in it, or the password is wrong
     */
    public static SigningKey read(Path pem, char[] password) {
        return new SigningKey(PrivateKeys.ofPem(Pem.text(pem), pem.toString(), Optional.of(password)));
    }

    /** The curve. */
    public Curve curve() {
        return scalar.curve();
    }

    /** The public key's fingerprint: the format's hint, the hex SHA-256 of {@link #publicPem()}. */
    public String fingerprint() {
        return PublicKeys.fingerprint(publicKey);
    }

    /** The public key as PEM, to be given to whoever verifies. */
    public String publicPem() {
        return PublicKeys.pem(publicKey);
    }

    PrivateKey privateKey() {
        return privateKey;
    }

    ECPublicKey publicKey() {
        return publicKey;
    }

    /**
     * Keeps the key in two new files: the private key, not encrypted, readable by its owner only, and the public key beside it
     * with {@code .pub} behind the name.
     *
     * @return the file of the public key
     * @throws BearException if one of the files exists or cannot be written
     */
    public Path save(Path privateFile) {
        Path publicFile = privateFile.resolveSibling(privateFile.getFileName() + ".pub");
        String pem = Pem.write("PRIVATE KEY", PrivateKeys.encode(scalar, publicKey.getW()));
        write(privateFile, pem, "rw-------");
        write(publicFile, publicPem(), "rw-r--r--");
        return publicFile;
    }

    private static void write(Path file, String text, String permissions) {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Set as the file is made, so that nobody can open it in between. Windows has its folder's permissions instead.
        FileAttribute<?>[] attributes =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                        }
                        : new FileAttribute<?>[0];
        try (FileChannel channel = FileChannel.open(file, options, attributes)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException e) {
            throw new BearException(
                    "There is already a file " + file + "; a key is never written over another.",
                    "Choose another name.",
                    e);
        } catch (IOException e) {
            throw new BearException(
                    "The key cannot be written to " + file + ": " + e + ".", "Choose another place.", e);
        }
    }

    @Override
    public Sheet sheet() {
        return Sheet.of(toString())
                .columns("", "")
                .row("curve", curve())
                .note(SignatureSheets.fingerprint(fingerprint()))
                .note("The private part is not shown.")
                .build();
    }

    /** One line: curve and the beginning of the fingerprint. */
    @Override
    public String toString() {
        return "signing key " + fingerprint().substring(0, 8) + ", " + curve();
    }
}
