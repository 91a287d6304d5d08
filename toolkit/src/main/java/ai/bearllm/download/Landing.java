package ai.bearllm.download;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the one who asks for a file does around its arrival. Everything here is called while the file's lock is held, on a thread
 * of the toolkit, so among all processes that want the same file only one does it, and whoever comes later finds it done.
 */
public interface Landing {
    /** Nothing. */
    Landing NONE = new Landing() {};

    /** The file, where it is here already and good: then nothing is fetched. Asked before the first byte. */
    default Optional<DownloadResult> present() {
        return Optional.empty();
    }

    /**
     * Looks at the file whose size and digest are right, before it goes to its place. To refuse it, this throws; it may move the
     * file away first.
     */
    default void check(Path verified) {}

    /** The file is in its place. */
    default void landed(DownloadResult result) {}
}
