package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One check: first who signed, then what, then whether the files are still that. */
final class VerificationRun {
    private final VerificationOptions options;

    VerificationRun(VerificationOptions options) {
        this.options = options;
    }

    SignatureCheck check() {
        Path model = real(options.model);
        Optional<Path> signature = options.signature.or(() -> SignatureFile.find(options.model));
        if (signature.isEmpty()) {
            return new SignatureCheck.Unsigned(options.model, SignatureFile.candidates(options.model));
        }
        try {
            Bundle bundle = BundleReader.read(SignatureFile.read(signature.get()));
            SignerCheck.Outcome outcome = new SignerCheck(options.model, signature.get(), options.policy).check(bundle);
            if (outcome.refused() != null) {
                return outcome.refused();
            }
            Statement statement = StatementReader.read(bundle.payload());
            return files(model, signature.get(), statement, Objects.requireNonNull(outcome.trusted()), notes(bundle));
        } catch (BundleException e) {
            return e.isUnsupported()
                    ? new SignatureCheck.Unsupported(
                            options.model,
                            signature.get(),
                            e.found(),
                            "Verify it with the tool that made it, or ask the publisher for a signature with a key or a"
                                    + " certificate over SHA-256 digests of whole files.")
                    : invalid(
                            signature.get(),
                            e.found(),
                            e.expected(),
                            "Do not use the model; get it and its signature again from its publisher.",
                            new FolderComparison.Differences());
        }
    }

    private static Path real(Path model) {
        try {
            return model.toRealPath();
        } catch (NoSuchFileException e) {
            throw new BearException("There is no " + model + ".", "Check the path.", e);
        } catch (IOException e) {
            throw new BearException(model + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    private List<String> notes(Bundle bundle) {
        List<String> notes = new ArrayList<>();
        if (bundle.material() instanceof Bundle.Material.Chain chain) {
            notes.add(
                    "The certificates were checked as of the moment from which the signer's is valid; revocation was not"
                            + " looked at.");
            if (chain.logged()) {
                notes.add("The entries of a transparency log in the signature were not looked at.");
            }
        }
        return notes;
    }

    private SignatureCheck files(Path model, Path signature, Statement statement, Signer signer, List<String> notes) {
        return Files.isDirectory(model)
                ? folder(model, signature, statement, signer, notes)
                : file(model, signature, statement, signer, notes);
    }

    private SignatureCheck folder(Path model, Path signature, Statement statement, Signer signer, List<String> notes) {
        if (statement.isSingleFile()) {
            return invalid(
                    signature,
                    "the signature of a single file, " + statement.name(),
                    "the signature of a folder",
                    "Check that file with this signature instead of the folder.",
                    new FolderComparison.Differences());
        }
        List<String> ignored = new ArrayList<>(IgnoredPaths.OF_GIT);
        ignored.addAll(statement.ignoredPaths());
        ignored.addAll(options.ignored);
        FolderComparison comparison = new FolderComparison(
                model,
                statement,
                IgnoredPaths.of(ignored),
                statement.linksAllowed() ? options.links.allow() : options.links,
                options.unsignedFilesIgnored,
                placed(signature),
                new FileHasher(options.digests, options.listener));
        FolderComparison.Differences differences = comparison.differences();
        if (differences.count() > 0) {
            return invalid(
                    signature,
                    differences.count() == 1
                            ? "one file that is not as signed: "
                                    + differences.named().get(0)
                            : differences.count() + " files that are not as signed, the first: "
                                    + differences.named().get(0),
                    "the " + statement.files().size() + " files as " + signer + " signed them",
                    "Do not use the model before you know why; get it again from its publisher.",
                    differences);
        }
        if (options.unsignedFilesIgnored) {
            notes.add("Files of the folder that are not signed were passed over.");
        }
        return new SignatureCheck.Signed(
                options.model,
                signature,
                signer,
                statement.files().size(),
                new ByteSize(comparison.bytes()),
                statement.digest(),
                notes);
    }

    /** The signature by the folder's real path, as the walk through a real folder meets it; itself not resolved. */
    private static Path placed(Path signature) {
        Path absolute = signature.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        try {
            return parent == null
                    ? absolute
                    : parent.toRealPath().resolve(Objects.requireNonNull(absolute.getFileName()));
        } catch (IOException e) {
            return absolute;
        }
    }

    private SignatureCheck file(Path model, Path signature, Statement statement, Signer signer, List<String> notes) {
        String name = statement.isSingleFile()
                ? Statement.SINGLE_FILE
                : options.name.orElse(String.valueOf(options.model.getFileName()));
        Sha256 expected = statement.files().get(name);
        if (expected == null) {
            return invalid(
                    signature,
                    "a signature of " + statement.files().size() + " files without " + name,
                    "one that covers it",
                    "Look for the file's own signature, or say with named() under which path the folder has it.",
                    new FolderComparison.Differences());
        }
        long size = size(model);
        FileHasher hasher = new FileHasher(options.digests, options.listener);
        Sha256 found = hasher.known(model, size).orElseGet(() -> hasher.hash(model));
        if (!found.equals(expected)) {
            FolderComparison.Differences differences = new FolderComparison.Differences();
            differences.add(FileDifference.Kind.CHANGED, name);
            return invalid(
                    signature,
                    "a file with the SHA-256 " + found,
                    "the SHA-256 " + expected + " that " + signer + " signed",
                    "Do not use the file before you know why; get it again from its publisher.",
                    differences);
        }
        if (statement.files().size() > 1) {
            notes.add("Of the " + statement.files().size() + " signed files only this one was checked.");
        }
        return new SignatureCheck.Signed(
                options.model, signature, signer, 1, new ByteSize(size), statement.digest(), notes);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new BearException(file + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    private SignatureCheck invalid(
            Path signature, String found, String expected, String fix, FolderComparison.Differences differences) {
        return new SignatureCheck.Invalid(
                options.model, signature, found, expected, fix, differences.named(), differences.count());
    }
}
