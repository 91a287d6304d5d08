package ai.bearllm.report;

import ai.bearllm.bench.BenchResult;
import ai.bearllm.chart.Figure;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts a report together; each step returns a new report, {@link #save} writes it.
 *
 * <p>A report is one HTML file that needs nothing else: no network, no script, light and dark. It holds results, every single
 * sample, models with their digests, engines with their builds and the environment, for people, and once more as JSON for
 * programs. It names no user, host or folder, and holds none of a model's texts.
 */
public final class ReportBuilder implements Shown {
    private final String title;
    private final List<Part> parts;
    private final Clock clock;

    private ReportBuilder(String title, List<Part> parts, Clock clock) {
        this.title = title;
        this.parts = parts;
        this.clock = clock;
    }

    /** An empty report with this title, for example the machine's name. */
    public static ReportBuilder titled(String title) {
        return titled(title, Clock.systemUTC());
    }

    static ReportBuilder titled(String title, Clock clock) {
        return new ReportBuilder(title, List.of(), clock);
    }

    /** With a benchmark: verdicts, tables, charts, method, environment and samples. */
    public ReportBuilder add(BenchResult result) {
        return with(new Part.Bench(result));
    }

    /** With a chart and its data. */
    public ReportBuilder add(Figure figure) {
        return with(new Part.Chart(figure));
    }

    /** With anything that is shown as a table, read at this moment: usage, a validation, the machine. */
    public ReportBuilder add(Shown value) {
        // The compiler's choice of method depends on what a variable is declared as; the report must not.
        if (value instanceof BenchResult result) {
            return add(result);
        }
        return value instanceof Figure figure ? add(figure) : with(new Part.Table(value.sheet()));
    }

    /** With a paragraph of plain text. */
    public ReportBuilder note(String text) {
        return with(new Part.Note(text));
    }

    private ReportBuilder with(Part part) {
        return new ReportBuilder(
                title, Stream.concat(parts.stream(), Stream.of(part)).toList(), clock);
    }

    /** The whole page. */
    public String html() {
        return ReportPage.of(ReportDocument.of(title, clock.instant(), parts), parts);
    }

    /**
     * Writes the report. What was there before is replaced only by the finished page.
     *
     * @param path for example {@code report.html}; its folder must exist
     * @throws BearException where it cannot be written; it says why
     */
    public SavedReport save(String path) {
        try {
            return save(Path.of(path));
        } catch (InvalidPathException e) {
            throw new BearException(
                    "\"" + Sheet.format(path) + "\" is no path on this system: " + e.getReason() + ".",
                    "Choose another name, for example report.html.",
                    e);
        }
    }

    /** As {@link #save(String)}. */
    public SavedReport save(Path path) {
        return ReportFile.write(path.toAbsolutePath(), html());
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of("Report, not yet saved: " + title).columns("part", "content");
        for (int i = 0; i < parts.size(); i++) {
            sheet.row(i + 1, parts.get(i).heading());
        }
        return sheet.note(".save(\"report.html\") writes it.").build();
    }

    @Override
    public String toString() {
        return Shown.line(
                "report, not yet saved: " + parts.size() + (parts.size() == 1 ? " part" : " parts") + ", " + title);
    }
}
