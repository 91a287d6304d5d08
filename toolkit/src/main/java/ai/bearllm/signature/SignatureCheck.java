package ai.bearllm.signature;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.List;

/**
 * What the check of a model's signature came to. Only {@link Signed} means that somebody trusted vouches for the files;
 * nothing that could not be checked is ever {@code Signed}.
 */
public sealed interface SignatureCheck extends Shown {
    /** The file or folder that was checked. */
    Path model();

    /** Whether a trusted signer vouches for the model as it is now. */
    default boolean ok() {
        return this instanceof Signed;
    }

    /** What was found, a whole sentence. */
    String sentence();

    /** What to do about it, a whole sentence in the imperative; empty where nothing needs doing. */
    String fix();

    /**
     * A trusted signer vouches for the files, and they are as they were signed.
     *
     * @param signature the signature file
     * @param signer who signed
     * @param files how many files were compared with the signature
     * @param size their size together
     * @param digest the SHA-256 that names the whole signed model: over the digests of all its files in the signed order
     * @param notes what was not looked at, and what else is worth knowing, whole sentences
     */
    record Signed(
            Path model, Path signature, Signer signer, int files, ByteSize size, Sha256 digest, List<String> notes)
            implements SignatureCheck {
        public Signed {
            notes = List.copyOf(notes);
        }

        @Override
        public String sentence() {
            String count = files == 1 ? "the file is" : "all " + files + " files are";
            return signer + " signed " + model + ", and " + count + " as signed.";
        }

        @Override
        public String fix() {
            return "";
        }

        @Override
        public Sheet sheet() {
            Sheet.Builder sheet = SignatureSheets.of(this, signature, signer)
                    .row("files", files)
                    .row("size", size)
                    .row("digest", digest);
            notes.forEach(sheet::note);
            return sheet.build();
        }

        @Override
        public String toString() {
            return SignatureSheets.line(
                    model, "signed by " + signer + ", " + files + (files == 1 ? " file" : " files"));
        }
    }

    /**
     * There is no signature.
     *
     * @param looked where one was looked for
     */
    record Unsigned(Path model, List<Path> looked) implements SignatureCheck {
        public Unsigned {
            looked = List.copyOf(looked);
        }

        @Override
        public String sentence() {
            return model + " has no signature.";
        }

        @Override
        public String fix() {
            return "Ask its publisher to sign it, or sign it yourself once you have checked where it comes from.";
        }

        @Override
        public Sheet sheet() {
            Sheet.Builder sheet = Sheet.of(toString()).columns("", "");
            looked.forEach(path -> sheet.row("looked for", path));
            return sheet.note(fix()).build();
        }

        @Override
        public String toString() {
            return SignatureSheets.line(model, "not signed");
        }
    }

    /**
     * There is a signature and the model does not agree with it: it was changed, or the signature was.
     *
     * @param signature the signature file
     * @param found what was found, in words
     * @param expected what was expected, in words
     * @param differences files that are not as signed, at most {@link #MOST_DIFFERENCES}; empty where the signature itself is
     *     wrong
     * @param differenceCount how many there are in all
     */
    record Invalid(
            Path model,
            Path signature,
            String found,
            String expected,
            String fix,
            List<FileDifference> differences,
            long differenceCount)
            implements SignatureCheck {
        /** How many files are named; a folder with more is wrong as a whole. */
        public static final int MOST_DIFFERENCES = 100;

        public Invalid {
            differences = List.copyOf(differences);
        }

        @Override
        public String sentence() {
            return "The signature of " + model + " does not hold: found " + found + ", expected " + expected + ".";
        }

        @Override
        public Sheet sheet() {
            Sheet.Builder sheet = Sheet.of(toString())
                    .columns("", "")
                    .row("signature", signature)
                    .row("found", found)
                    .row("expected", expected);
            differences.forEach(difference -> sheet.row("file", difference));
            if (differenceCount > differences.size()) {
                sheet.row("file", "and " + (differenceCount - differences.size()) + " more");
            }
            return sheet.note(fix).build();
        }

        @Override
        public String toString() {
            return SignatureSheets.line(model, "signature does NOT hold: " + found);
        }
    }

    /**
     * There is a signature of a kind that is not supported, so nothing can be said about the model.
     *
     * @param signature the signature file
     * @param what the kind, in words
     */
    record Unsupported(Path model, Path signature, String what, String fix) implements SignatureCheck {
        @Override
        public String sentence() {
            return "The signature of " + model + " cannot be checked: " + what + ".";
        }

        @Override
        public Sheet sheet() {
            return Sheet.of(toString())
                    .columns("", "")
                    .row("signature", signature)
                    .row("not supported", what)
                    .note(fix)
                    .build();
        }

        @Override
        public String toString() {
            return SignatureSheets.line(model, "signature not supported: " + what);
        }
    }

    /**
     * There is a signature by somebody who is not trusted. Whether the files are as signed was not looked at: anybody can sign
     * anything with a key of their own.
     *
     * @param signature the signature file
     * @param signer who signed, by the signature's own word
     * @param why why there is no trust, in words
     */
    record Untrusted(Path model, Path signature, Signer signer, String why, String fix) implements SignatureCheck {
        @Override
        public String sentence() {
            return "The signature of " + model + " is by " + signer + ", who is not trusted: " + why + ".";
        }

        @Override
        public Sheet sheet() {
            return SignatureSheets.of(this, signature, signer)
                    .row("not trusted", why)
                    .note(fix)
                    .build();
        }

        @Override
        public String toString() {
            return SignatureSheets.line(model, "NOT trusted: " + signer);
        }
    }
}
