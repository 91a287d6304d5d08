package ai.bearllm.download;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a repair found and did.
 *
 * @param file the file, whole now; of a split model the first part
 * @param pieces how many pieces it has, with all parts
 * @param damaged which of them were damaged and were fetched again, counted from 0, on from part to part
 * @param fetchedBytes how many bytes were fetched
 * @param sha256 the digest of the whole file now; of a split model the first part's
 * @param evidence where the damaged bytes are kept: a file, or the folder of several; empty where nothing was damaged
 */
public record Repair(
        Path file, int pieces, List<Integer> damaged, long fetchedBytes, Sha256 sha256, Optional<Path> evidence)
        implements Shown {
    public Repair {
        damaged = List.copyOf(damaged);
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Repair of " + file.getFileName()).columns("", "value");
        sheet.row("file", file);
        sheet.row("pieces", pieces);
        sheet.row("damaged", damaged.size());
        sheet.row("fetched", new ByteSize(fetchedBytes));
        sheet.row("SHA-256", sha256.hex());
        evidence.ifPresent(path -> sheet.note("The damaged bytes are kept in " + path + "."));
        return sheet.build();
    }

    /** How many pieces were damaged, and the beginning of the digest. */
    @Override
    public String toString() {
        String what = damaged.isEmpty()
                ? "nothing was damaged"
                : damaged.size() + " of " + pieces + " pieces mended, " + new ByteSize(fetchedBytes) + " fetched";
        return Shown.line(what + ", SHA-256 " + sha256.brief());
    }
}
