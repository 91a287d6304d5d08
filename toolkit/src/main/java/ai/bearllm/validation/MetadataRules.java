package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import java.util.ArrayList;
import java.util.List;

/** What a model's metadata must hold so that a loader neither fails nor computes with nonsense. */
final class MetadataRules {
    private final Gguf gguf;
    private final List<Finding> findings = new ArrayList<>();

    MetadataRules(Gguf gguf) {
        this.gguf = gguf;
    }

    List<Finding> findings() {
        if (gguf.architecture().isEmpty()) {
            findings.add(Finding.of(
                    Severity.ERROR,
                    "architecture",
                    "general.architecture is missing",
                    "the name of the model's architecture",
                    "no loader would know what the tensors mean"));
        }
        return findings;
    }
}
