package ai.bearllm.registry;

import ai.bearllm.download.PieceHashes;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of an installed model: the model's only one, or a part of a split one.
 *
 * @param name its name, in the folder of the model's first file
 * @param sizeBytes its size when it was installed
 * @param sha256 its digest when it was installed
 * @param stamp how its content looked at the last full check; empty where that is not known
 * @param pieces what each piece of it must be, where it was downloaded by a version that keeps them
 */
record InstalledFile(
        String name, long sizeBytes, Sha256 sha256, Optional<FileStamp> stamp, Optional<PieceHashes> pieces) {
    InstalledFile {
        // A manifest may be anybody's: its names lead nowhere but beside it.
        boolean element = !name.isBlank()
                && name.length() <= 255
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
        if (!element) {
            throw new IllegalArgumentException(
                    "a file is called \"" + Shown.line(name) + "\", which is no file's name");
        }
    }

    /** A file whose bytes were just read, as it looks now. */
    static InstalledFile of(String name, Path file, long sizeBytes, Sha256 sha256, Optional<PieceHashes> pieces) {
        return new InstalledFile(name, sizeBytes, sha256, FileStamp.ofContent(file), pieces);
    }

    /** Where it is, beside the model's first file. */
    Path beside(Path first) {
        return first.resolveSibling(name);
    }

    /** The same, seen so at a full check. */
    InstalledFile seen(Optional<FileStamp> then) {
        return new InstalledFile(name, sizeBytes, sha256, then, pieces);
    }
}
