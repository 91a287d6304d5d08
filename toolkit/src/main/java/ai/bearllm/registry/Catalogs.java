package ai.bearllm.registry;

import ai.bearllm.model.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The catalog as it is at each call: an entry that somebody adds is there at once. It is read again only where the user's file
 * looks different, so that thousands of entries are parsed once.
 */
final class Catalogs {
    /** Two changes in one tick of the file system's clock look alike, so a file that is this young is read each time. */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private final Path own;
    private final Clock clock;
    private Optional<Known> known = Optional.empty();

    private record Known(Optional<FileStamp> stamp, Catalog catalog) {}

    Catalogs(Path own, Clock clock) {
        this.own = own;
        this.clock = clock;
    }

    /**
     * The catalog now.
     *
     * @throws CatalogException where the user's file is wrong
     */
    synchronized Catalog now() {
        Optional<FileStamp> stamp = stamp();
        if (known.isPresent() && known.get().stamp().equals(stamp)) {
            return known.get().catalog();
        }
        Catalog catalog = Catalog.read(own);
        Instant young = clock.instant().minus(YOUNG);
        boolean settled =
                stamp.map(seen -> seen.modified().isBefore(young)).orElse(!Files.exists(own)) && stamp.equals(stamp());
        known = settled ? Optional.of(new Known(stamp, catalog)) : Optional.empty();
        return catalog;
    }

    private Optional<FileStamp> stamp() {
        try {
            return Optional.of(FileStamp.of(own));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
