package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the checks of a file came to.
 *
 * @param file the file
 * @param checks one for each thing that was looked at, in order
 * @param findings everything that structure, metadata and tokenizer rules found: the errors behind failed checks, and what is
 *     wrong or worth knowing but does not keep the file from being loaded
 * @param sha256 the file's digest; empty where it was not computed
 * @param gguf what the file says about itself; empty where it cannot be read
 */
public record Validation(
        Path file, List<Check> checks, List<Finding> findings, Optional<Sha256> sha256, Optional<Gguf> gguf)
        implements Shown {
    private static final int LONGEST_LINE = 80;

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

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("check", "result", "detail", "what to do");
        for (Check check : checks) {
            if (check instanceof Check.Passed passed) {
                sheet.row(passed.name(), "passed", passed.detail(), "");
            } else if (check instanceof Check.Skipped skipped) {
                sheet.row(skipped.name(), "skipped", skipped.why(), "");
            } else if (check instanceof Check.Failed failed) {
                String detail = "Found: " + failed.found() + ". Expected: " + failed.expected() + ".";
                sheet.row(failed.name(), "failed", detail, failed.fix());
            }
        }
        findings.forEach(finding -> sheet.note(note(finding)));
        return sheet.build();
    }

    private static String note(Finding finding) {
        String severity = finding.severity().name();
        return severity.charAt(0) + severity.substring(1).toLowerCase(Locale.ROOT) + ": " + finding.sentence()
                + " Effect: " + finding.effect() + ".";
    }

    /** In words: how many passed, were skipped, and failed. */
    String counts() {
        long skipped = checks.stream().filter(Check.Skipped.class::isInstance).count();
        int failed = failures().size();
        return (checks.size() - skipped - failed) + " passed, " + skipped + " skipped, " + failed + " failed";
    }

    /** One line: the file's name, whether it is good, and the counts. */
    @Override
    public String toString() {
        String rest = (ok() ? ": ok, " : ": NOT ok, ") + counts();
        Path last = file.getFileName();
        String name = (last == null ? file : last).toString();
        int room = LONGEST_LINE - rest.length();
        return (name.length() > room ? name.substring(0, room - 1) + "…" : name) + rest;
    }
}
