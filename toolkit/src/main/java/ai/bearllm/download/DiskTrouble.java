package ai.bearllm.download;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Turns a file system's failures into sentences. */
final class DiskTrouble {
    private DiskTrouble() {}

    /** @param doing what was tried, for example {@code "writing /home/x/downloads/a.part"} */
    static BearException of(Throwable failure, String doing) {
        String reason = reason(failure);
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("not enough space") || lower.contains("quota")) {
            return new BearException(
                    "The disk became full while " + doing + ".",
                    "Free some space, for example with bear.disk() and bear.trash(), and download again: what is here is"
                            + " continued.",
                    failure);
        }
        if (lower.contains("read-only") || failure instanceof AccessDeniedException || lower.contains("permission")) {
            return new BearException(
                    "No permission for " + doing + " (" + reason + ").",
                    "Make the folder writable, or open Bear with another one: Bear.open(\"folder\").",
                    failure);
        }
        return new BearException(
                "The disk failed while " + doing + " (" + reason + ").",
                "Check the folder and the disk, or open Bear with another folder: Bear.open(\"folder\").",
                failure);
    }

    static NoSpace tooSmall(Path folder, long neededBytes, long othersBytes, long freeBytes) {
        String others = othersBytes == 0 ? "" : ", of which other downloads will need " + new ByteSize(othersBytes);
        return new NoSpace(
                "The download needs " + new ByteSize(neededBytes) + " but only " + new ByteSize(freeBytes)
                        + " are free at " + folder + others + ". Nothing was fetched.",
                "Free some space, for example with bear.disk() and bear.trash(), or choose a smaller model.");
    }

    private static String reason(Throwable failure) {
        if (failure instanceof FileSystemException fs) {
            return Optional.ofNullable(fs.getReason()).orElse(fs.getClass().getSimpleName());
        }
        return Optional.ofNullable(failure.getMessage())
                .orElse(failure.getClass().getSimpleName());
    }
}
