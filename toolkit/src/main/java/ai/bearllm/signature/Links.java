package ai.bearllm.signature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which symbolic links to files may be followed. Links to folders never are: what lies behind them could be in no list.
 *
 * @param allowed whether any may
 * @param within where the files must lie; empty for the model's own folder
 */
record Links(boolean allowed, Optional<Path> within) {
    static final Links NONE = new Links(false, Optional.empty());

    Links allow() {
        return new Links(true, within);
    }

    /** The file behind a link, where it may be followed and there is one. */
    Optional<Path> target(Path link, Path folder) throws IOException {
        if (!allowed || !Files.isRegularFile(link)) {
            return Optional.empty();
        }
        Path real = link.toRealPath();
        Path bound = within.orElse(folder).toRealPath();
        return real.startsWith(bound) || real.startsWith(folder) ? Optional.of(real) : Optional.empty();
    }
}
