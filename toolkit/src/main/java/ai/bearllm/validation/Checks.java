package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.GgufFormatException;
import java.util.ArrayList;
import java.util.List;

/** Collects the outcomes of a validation's checks and the findings behind them. */
final class Checks {
    private static final String AGAIN = "Download the file again; if it fails twice, ask its publisher.";
    private static final String ELSEWHERE =
            "Get the model from another source; this file is as it was published, so downloading it again does not help.";

    private final List<Check> all = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean asPublished;

    List<Check> all() {
        return all;
    }

    List<Finding> findings() {
        return findings;
    }

    /** The digest is the published one: what fails now is wrong at its source, and another download does not help. */
    void isAsPublished() {
        asPublished = true;
    }

    void add(Check check) {
        all.add(check);
    }

    void passed(String name, String detail) {
        all.add(new Check.Passed(name, detail));
    }

    void skipped(String name, String why) {
        all.add(new Check.Skipped(name, why));
    }

    void failed(String name, String found, String expected) {
        all.add(new Check.Failed(name, found, expected, AGAIN));
    }

    /** Passed where none of the findings is an error. */
    void report(String name, List<Finding> found, String detail) {
        findings.addAll(found);
        List<Finding> errors = errors(found);
        int warnings = (int) found.stream()
                .filter(finding -> finding.severity() == Severity.WARNING)
                .count();
        all.add(
                errors.isEmpty()
                        ? new Check.Passed(name, detail, warnings)
                        : failed(name, errors, asPublished ? ELSEWHERE : AGAIN));
    }

    /** A finding that decides nothing. */
    void note(Finding finding) {
        findings.add(finding);
    }

    /** The findings of another part of the model. */
    void note(String part, List<Finding> others) {
        others.forEach(other -> findings.add(new Finding(
                other.severity(),
                other.rule(),
                other.offset(),
                part + ": " + other.found(),
                other.limit(),
                other.effect())));
    }

    void add(Outcome outcome) {
        if (outcome.findings().isPresent()) {
            report(outcome.name(), outcome.findings().get(), outcome.detail());
        } else {
            skipped(outcome.name(), outcome.detail());
        }
    }

    void refused(String name, GgufFormatException e) {
        findings.addAll(e.findings());
        all.add(failed(name, errors(e.findings()), asPublished ? ELSEWHERE : e.fix()));
    }

    private static List<Finding> errors(List<Finding> found) {
        return found.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
    }

    private static Check.Failed failed(String name, List<Finding> errors, String fix) {
        Finding first = errors.get(0);
        String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : "";
        String where = first.offset().isPresent() ? " at byte " + first.offset().getAsLong() : "";
        return new Check.Failed(name, first.found() + where + more, first.limit(), fix);
    }
}
