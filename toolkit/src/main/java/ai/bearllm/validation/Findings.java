package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Collects what a set of rules finds in a file's metadata. */
final class Findings {
    private final List<Finding> all = new ArrayList<>();

    void error(String rule, String found, String limit, String effect) {
        all.add(Finding.of(Severity.ERROR, rule, found, limit, effect));
    }

    void warning(String rule, String found, String limit, String effect) {
        all.add(Finding.of(Severity.WARNING, rule, found, limit, effect));
    }

    void note(String rule, String found, String limit, String effect) {
        all.add(Finding.of(Severity.NOTE, rule, found, limit, effect));
    }

    void add(Severity severity, String rule, String found, String limit, String effect) {
        all.add(Finding.of(severity, rule, found, limit, effect));
    }

    /** Only the first of a rule and severity: vocabularies are long. */
    void once(Severity severity, String rule, String found, String limit, String effect) {
        if (all.stream().noneMatch(finding -> finding.rule().equals(rule) && finding.severity() == severity)) {
            add(severity, rule, found, limit, effect);
        }
    }

    List<Finding> all() {
        return all;
    }
}
