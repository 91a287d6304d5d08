package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of one download, by its target: whoever wants the same file, in whatever process and session, finds the same ones.
 *
 * @param part what has arrived
 * @param journal what of it is proven
 * @param lock held by who fetches
 * @param status how far it is, for those who wait
 */
record Names(Path part, Path journal, Path lock, Path status) {
    private static final int LONGEST_NAME = 100;

    static Names of(Path folder, Path target) {
        byte[] key = target.toString().getBytes(StandardCharsets.UTF_8);
        String name = String.valueOf(target.getFileName());
        String brief = name.length() > LONGEST_NAME ? name.substring(name.length() - LONGEST_NAME) : name;
        String stem = brief + "." + Sha256.of(Sha256.newDigest().digest(key)).brief();
        return new Names(
                folder.resolve(stem + ".part"),
                folder.resolve(stem + ".journal"),
                folder.resolve(stem + ".lock"),
                folder.resolve(stem + ".status"));
    }

    /** Removes what has arrived and what proves it. */
    void discard() throws IOException {
        Files.deleteIfExists(journal);
        Files.deleteIfExists(part);
    }

    /** Removes what a run left that died after its file had arrived; only for who has the lock. */
    void tidy() throws IOException {
        discard();
        Files.deleteIfExists(status);
    }
}
