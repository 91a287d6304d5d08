package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One signing: list the files, digest them, sign the list, write it. */
final class SigningRun {
    /** As Python orders paths: part by part, by code points. Verifiers take any order; the same folder gives the same list. */
    static final Comparator<String> PATH_ORDER = (one, other) -> {
        String[] a = one.split("/", -1);
        String[] b = other.split("/", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int order = byCodePoints(a[i], b[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    };

    /** What a private key's file holds within its first bytes; PEM may begin with text. */
    private static final String PRIVATE_KEY = "PRIVATE KEY-----";

    private static final int LONGEST_KEY_FILE = 64 << 10;

    private final SigningOptions options;
    private final FileHasher hasher;
    private final SortedMap<String, Path> toHash = new TreeMap<>(PATH_ORDER);
    private final SortedMap<String, Sha256> digests = new TreeMap<>(PATH_ORDER);
    private final ResourceNames names = new ResourceNames();
    private long bytes;

    SigningRun(SigningOptions options) {
        this.options = options;
        this.hasher = new FileHasher(options.digests, options.listener);
    }

    private static int byCodePoints(String one, String other) {
        return java.util.Arrays.compare(
                one.codePoints().toArray(), other.codePoints().toArray());
    }

    WrittenSignature sign() {
        Path model = real(options.model);
        boolean folder = Files.isDirectory(model);
        Path target = options.signature.orElseGet(() -> folder
                ? options.model.resolve(SignatureFile.NAME)
                : options.model.resolveSibling(options.model.getFileName() + ".sig"));
        requireFree(target);
        List<String> ignored = folder ? ignored(model, target) : List.of();
        if (folder) {
            IgnoredPaths paths = IgnoredPaths.of(ignored);
            new FolderWalk(model).forEach(paths::contains, (name, path, attributes) -> {
                if (!paths.contains(name)) {
                    entry(name, path, attributes, model);
                }
            });
        } else {
            add(Statement.SINGLE_FILE, model, size(model));
        }
        toHash.forEach((name, path) -> digests.put(name, hasher.hash(path)));
        if (digests.isEmpty()) {
            throw new BearException("There is no file to sign in " + options.model + ".", "Check the folder's name.");
        }
        return written(model, target, ignored);
    }

    private static Path real(Path model) {
        try {
            return model.toRealPath();
        } catch (NoSuchFileException e) {
            throw new BearException("There is no " + model + " to sign.", "Check the path.", e);
        } catch (IOException e) {
            throw new BearException(model + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new BearException(file + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    private void requireFree(Path target) {
        if (!options.overwriting && Files.exists(target)) {
            throw taken(target, null);
        }
    }

    private static BearException taken(Path target, @org.jspecify.annotations.Nullable IOException cause) {
        return new BearException(
                "There is already a file " + target + ".",
                "Say overwriting() to replace the signature, or to() to write another one elsewhere.",
                cause);
    }

    /** Said in the signature, so that whoever verifies it need not know: the signature itself, Git's files, the user's. */
    private List<String> ignored(Path model, Path target) {
        List<String> ignored = new ArrayList<>();
        Path parent = target.toAbsolutePath().normalize().getParent();
        if (parent != null && Files.isDirectory(parent)) {
            Path real = real(parent);
            if (real.startsWith(model)) {
                String inside =
                        model.relativize(real.resolve(target.getFileName())).toString();
                ignored.add(inside.replace(model.getFileSystem().getSeparator(), "/"));
            }
        }
        ignored.addAll(IgnoredPaths.OF_GIT);
        options.ignored.stream().filter(path -> !ignored.contains(path)).forEach(ignored::add);
        return ignored;
    }

    private void entry(String name, Path path, BasicFileAttributes attributes, Path model) throws IOException {
        try {
            names.require(name);
        } catch (BundleException e) {
            throw new BearException(
                    "The model holds " + e.found() + ", which does not mean the same file on every system.",
                    "Rename it, or leave it out with ignoring().",
                    e);
        }
        if (attributes.isSymbolicLink()) {
            Optional<Path> target = options.links.target(path, model);
            if (target.isEmpty()) {
                throw new BearException(
                        path + " is a symbolic link, and it is not allowed or leads out of the model's folder.",
                        "Put the file itself there; or say allowingLinks() for links to files within the folder.");
            }
            add(name, target.get(), Files.size(target.get()));
        } else if (attributes.isRegularFile()) {
            add(name, path, attributes.size());
        } else {
            throw new BearException(path + " is neither a file nor a folder.", "Take it out of the model's folder.");
        }
    }

    private void add(String name, Path file, long size) {
        requireNoPrivateKey(file, size);
        bytes += size;
        Optional<Sha256> known = hasher.known(file, size);
        if (known.isPresent()) {
            digests.put(name, known.get());
        } else {
            toHash.put(name, file);
        }
    }

    /** A key that lies in the folder would be published with the model. */
    private static void requireNoPrivateKey(Path file, long size) {
        String name = file.toString();
        boolean mayBeKey = size <= LONGEST_KEY_FILE && (name.endsWith(".pem") || name.endsWith(".key"));
        if (mayBeKey && Pem.text(file).contains(PRIVATE_KEY)) {
            throw new BearException(
                    file + " holds a private key and lies in the folder that is to be signed and given away.",
                    "Move the key to another folder.");
        }
    }

    private WrittenSignature written(Path model, Path target, List<String> ignored) {
        MessageDigest overall = Sha256.newDigest();
        digests.values().forEach(digest -> overall.update(HexFormat.of().parseHex(digest.hex())));
        Sha256 digest = Sha256.of(overall.digest());
        Map<String, Sha256> files = new LinkedHashMap<>(digests);
        byte[] payload = BundleWriter.statement(
                String.valueOf(model.getFileName()), files, ignored, options.links.allowed(), digest);
        byte[] bundle = BundleWriter.bundle(payload, signature(payload), options.key.fingerprint(), options.chain);
        write(target, bundle);
        return new WrittenSignature(
                options.model, target, signer(), files.size(), new ByteSize(bytes), digest, ignored);
    }

    private byte[] signature(byte[] payload) {
        try {
            byte[] signature = EnvelopeSignature.sign(options.key.privateKey(), options.key.curve(), payload);
            // Nothing is written that does not verify with the public key that people will have.
            if (EnvelopeSignature.isBy(options.key.publicKey(), payload, signature)) {
                return signature;
            }
            throw new BearException("The signature made does not verify with its own key.", "Report this as a bug.");
        } catch (GeneralSecurityException e) {
            throw new BearException(
                    "This Java cannot sign with the key: " + e.getMessage() + ".", "Use a full JDK.", e);
        }
    }

    private Signer signer() {
        try {
            if (!options.chain.isEmpty()) {
                return CertificateChain.ofCertificates(options.chain).signer(Optional.empty());
            }
        } catch (BundleException e) {
            throw new BearException("The certificate is no good: " + e.getMessage() + ".", "Use another one.", e);
        }
        return new Signer(
                Signer.Method.KEY,
                Signer.UNKNOWN,
                options.key.fingerprint(),
                Optional.of(Signer.words(options.key.curve())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private void write(Path target, byte[] bundle) {
        Path absolute = target.toAbsolutePath();
        Path part = absolute.resolveSibling(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.write(part, bundle);
            if (options.overwriting) {
                Files.move(part, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.move(part, absolute);
            }
        } catch (FileAlreadyExistsException e) {
            throw taken(target, e);
        } catch (IOException e) {
            throw new BearException(
                    "The signature cannot be written to " + target + ": " + e + ".",
                    "Choose another place with to().",
                    e);
        } finally {
            delete(part);
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            System.getLogger(SigningRun.class.getName()).log(System.Logger.Level.DEBUG, "left behind: " + part, e);
        }
    }
}
