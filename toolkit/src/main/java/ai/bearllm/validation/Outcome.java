package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What a set of rules came to, before it is known what to advise.
 *
 * @param name of the check
 * @param findings what the rules found; empty where they were not applied
 * @param detail what was seen, or why they were not applied
 */
record Outcome(String name, Optional<List<Finding>> findings, String detail) {
    static Outcome of(String name, List<Finding> findings, String detail) {
        return new Outcome(name, Optional.of(findings), detail);
    }

    static Outcome skipped(String name, String why) {
        return new Outcome(name, Optional.empty(), why);
    }
}
