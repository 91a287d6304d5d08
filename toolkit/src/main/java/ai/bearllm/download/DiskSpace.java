package ai.bearllm.download;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Refuses what would not fit, before the first byte. */
final class DiskSpace {
    /** Left free beside the file: manifests, the database and everybody else write too. */
    static final long MARGIN_BYTES = 16L << 20;

    private final Probe probe;

    DiskSpace(Probe probe) {
        this.probe = probe;
    }

    /** Asks the file system. */
    static DiskSpace ofSystem() {
        return new DiskSpace(folder -> {
            FileStore store = Files.getFileStore(folder);
            // Some network file systems report nothing at all: a total of 0 means unknown.
            return store.getTotalSpace() == 0 ? OptionalLong.empty() : OptionalLong.of(store.getUsableSpace());
        });
    }

    /**
     * Refuses where there is no room.
     *
     * @param missing how many bytes the part still grows
     * @param whole how many bytes the file has, which the target's volume needs where it is another one
     * @param others how many bytes the parts of other running downloads will still grow
     */
    void require(long missing, long whole, long others, Path parts, Path target) throws IOException {
        require(missing, others, parts);
        if (!Files.getFileStore(parts).equals(Files.getFileStore(target))) {
            require(whole, 0, target);
        }
    }

    private void require(long bytes, long others, Path folder) throws IOException {
        OptionalLong free = probe.freeBytes(folder);
        if (free.isPresent() && free.getAsLong() < bytes + others + MARGIN_BYTES) {
            throw DiskTrouble.tooSmall(folder, bytes + MARGIN_BYTES, others, free.getAsLong());
        }
    }

    /** How much is free there; empty where nobody knows. */
    OptionalLong freeBytes(Path folder) throws IOException {
        return probe.freeBytes(folder);
    }

    /** How much is free; a test has its own. */
    @FunctionalInterface
    interface Probe {
        /** Empty where nobody knows. */
        OptionalLong freeBytes(Path folder) throws IOException;
    }
}
