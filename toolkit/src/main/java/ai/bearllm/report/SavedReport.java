package ai.bearllm.report;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;

/**
 * A report that was written.
 *
 * @param path where, absolute
 * @param size how large it is
 */
public record SavedReport(Path path, ByteSize size) implements Shown {
    @Override
    public Sheet sheet() {
        return Sheet.of("Report")
                .columns("what", "value")
                .row("file", path.toString())
                .row("size", size.toString())
                .note("It opens in any browser, also without a network.")
                .build();
    }

    @Override
    public String toString() {
        return Shown.line("report of " + size + ": " + path);
    }
}
