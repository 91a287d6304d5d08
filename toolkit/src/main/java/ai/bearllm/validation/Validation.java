package ai.bearllm.validation;

import ai.bearllm.estimate.QuantizationLoss;
import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Status;
import ai.bearllm.table.Tabular;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the checks of a file came to.
 *
 * @param file the file
 * @param level how much of it was read
 * @param checks one for each thing that was looked at, in order
 * @param findings everything that structure, content, metadata and tokenizer rules found: the errors behind failed checks, and
 *     what is wrong or worth knowing but does not keep the file from being loaded
 * @param sha256 the file's digest; empty where it was not computed
 * @param gguf what the file says about itself; empty where it cannot be read
 */
public record Validation(
        Path file,
        Level level,
        List<Check> checks,
        List<Finding> findings,
        Optional<Sha256> sha256,
        Optional<Gguf> gguf)
        implements Tabular {
    private static final int LONGEST_LINE = 80;
    private static final int MOST_NOTES = 30;

    public Validation {
        checks = List.copyOf(checks);
        findings = List.copyOf(findings);
    }

    /** Whether no check failed. A skipped check does not fail: its reason stands in {@link #checks}. */
    public boolean ok() {
        return failures().isEmpty();
    }

    /** The checks that failed. */
    public List<Check.Failed> failures() {
        return checks.stream()
                .filter(Check.Failed.class::isInstance)
                .map(Check.Failed.class::cast)
                .toList();
    }

    /** What is wrong with the file, but does not keep it from being loaded. */
    public List<Finding> warnings() {
        return findings.stream()
                .filter(finding -> finding.severity() == Severity.WARNING)
                .toList();
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("check", "result", "detail", "what to do");
        for (Check check : checks) {
            if (check instanceof Check.Passed passed) {
                sheet.row(passed.name(), status(passed), passed.detail(), "");
            } else if (check instanceof Check.Skipped skipped) {
                sheet.row(skipped.name(), Status.neutral("skipped"), skipped.why(), "");
            } else if (check instanceof Check.Failed failed) {
                String detail = "Found: " + failed.found() + ". Expected: " + failed.expected() + ".";
                sheet.row(failed.name(), Status.bad("failed"), detail, failed.fix());
            }
        }
        gguf.ifPresent(file -> QuantizationLoss.of(file)
                .ifPresent(loss -> sheet.note(
                        "Expected quality of " + loss.quantization() + ": " + loss.words(file.parameters()) + ".")));
        findings.stream().limit(MOST_NOTES).forEach(finding -> sheet.note(note(finding)));
        if (findings.size() > MOST_NOTES) {
            sheet.note((findings.size() - MOST_NOTES) + " more findings stand in findings().");
        }
        return sheet.build();
    }

    private static Status status(Check.Passed passed) {
        return switch (passed.warnings()) {
            case 0 -> Status.good("passed");
            case 1 -> Status.warning("passed, 1 warning");
            default -> Status.warning("passed, " + passed.warnings() + " warnings");
        };
    }

    private static String note(Finding finding) {
        String severity = finding.severity().name();
        return severity.charAt(0) + severity.substring(1).toLowerCase(Locale.ROOT) + ": " + finding.sentence()
                + " Effect: " + finding.effect() + ".";
    }

    /** In words: how many passed, were skipped, and failed, and warnings where there are any. */
    String counts() {
        long skipped = checks.stream().filter(Check.Skipped.class::isInstance).count();
        int failed = failures().size();
        int warned = warnings().size();
        return (checks.size() - skipped - failed) + " passed, " + skipped + " skipped, " + failed + " failed"
                + (warned == 0 ? "" : warned == 1 ? ", 1 warning" : ", " + warned + " warnings");
    }

    /** One line: the file's name, whether it is good, and the counts. */
    @Override
    public String toString() {
        String rest = (ok() ? ": ok, " : ": NOT ok, ") + counts();
        Path last = file.getFileName();
        String name = Sheet.format((last == null ? file : last).toString());
        int room = LONGEST_LINE - rest.length();
        return (name.length() > room ? name.substring(0, room - 1) + "…" : name) + rest;
    }
}
