package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Keeps the first findings of a pass and counts the others, so that a file of nothing but noise costs no memory. */
final class FindingBudget {
    private static final int MOST = 100;

    private final List<Finding> kept = new ArrayList<>();
    private int dropped;
    private boolean errorsDropped;

    void add(Finding finding) {
        // An error always finds room for itself as the first: it decides.
        if (kept.size() < MOST || (finding.severity() == Severity.ERROR && !errorsDropped && !hasError())) {
            kept.add(finding);
        } else {
            dropped++;
            errorsDropped |= finding.severity() == Severity.ERROR;
        }
    }

    private boolean hasError() {
        return kept.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }

    List<Finding> all() {
        if (dropped == 0) {
            return kept;
        }
        List<Finding> all = new ArrayList<>(kept);
        all.add(Finding.of(
                errorsDropped ? Severity.ERROR : Severity.WARNING,
                "more",
                dropped + " more findings of this kind",
                "none",
                "as said for those above"));
        return all;
    }
}
