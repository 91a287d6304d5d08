package ai.bearllm.validation;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufValue;
import ai.bearllm.gguf.Metadata;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model's metadata must hold so that a loader neither refuses it nor computes with nonsense.
 *
 * <p>Source: the checks and assertions of load_hparams in llama.cpp, and the known holes where it had none.
 */
final class MetadataRules {
    static final String REFUSED = "llama.cpp refuses the file";
    static final String ABORTS = "llama.cpp ends the whole process";

    private final Gguf gguf;
    private final Metadata metadata;
    private final Findings findings = new Findings();
    private final String name;
    private final Optional<Architecture> architecture;

    MetadataRules(Gguf gguf) {
        this.gguf = gguf;
        this.metadata = gguf.metadata();
        this.name = gguf.architecture().orElse("");
        this.architecture = Architecture.of(name);
    }

    List<Finding> findings() {
        split();
        finite();
        if (isLaterPart(gguf)) {
            // Only the first part of a split model describes it.
            return findings.all();
        }
        if (name.isBlank()) {
            findings.error(
                    "architecture",
                    "general.architecture is "
                            + metadata.value("general.architecture")
                                    .map(v -> "no text")
                                    .orElse("missing"),
                    "the name of the model's architecture",
                    "no loader knows what the tensors mean");
        } else if (name.equals("clip")) {
            new ProjectorRules(metadata, findings).check();
        } else if (isModel(gguf)) {
            required();
            new LayerRules(gguf, architecture, findings).check();
            new RopeRules(gguf, findings).check();
            new StateRules(gguf, findings).check();
        }
        return findings.all();
    }

    /** Whether this is a part of a split model that is not its first: it has tensors and no description. */
    static boolean isLaterPart(Gguf gguf) {
        return gguf.metadata().integer("split.no").orElse(0) > 0;
    }

    /** Whether the file holds the weights of a model: not a vocabulary alone, an adapter, or a projector. */
    static boolean isModel(Gguf gguf) {
        return !gguf.tensors().isEmpty() && gguf.kind().orElse("model").equals("model");
    }

    private void required() {
        if (architecture.isEmpty()) {
            findings.warning(
                    "architecture-known",
                    "the architecture is " + name,
                    "one that this toolkit knows",
                    "whether a loader knows it, and what it needs, was not checked");
        }
        Severity severity = architecture.isPresent() && describesModel() ? Severity.ERROR : Severity.WARNING;
        Architecture.allNeed().forEach(suffix -> require(suffix, severity));
        architecture.ifPresent(known -> known.requiredKeys().forEach(suffix -> require(suffix, severity)));
    }

    /** Whether it means to be a whole model: some tools write tensors alone, with nothing but the architecture's name. */
    private boolean describesModel() {
        return metadata.keys().stream().anyMatch(key -> key.startsWith(name + "."))
                || gguf.tensor("token_embd.weight").isPresent()
                || gguf.tensors().stream().anyMatch(tensor -> tensor.name().startsWith("blk."));
    }

    private void require(String suffix, Severity severity) {
        String key = name + "." + suffix;
        if (metadata.value(key).isEmpty()) {
            findings.add(severity, "required-key", key + " is missing", "a value", REFUSED);
        }
    }

    private void split() {
        OptionalLong count = metadata.integer("split.count");
        OptionalLong number = metadata.integer("split.no");
        if (count.isEmpty() && number.isEmpty()) {
            return;
        }
        long parts = count.orElse(0);
        if (number.isEmpty() || number.getAsLong() < 0 || number.getAsLong() >= Math.max(parts, 1) || parts > 65_535) {
            findings.error(
                    "split",
                    "split.no is " + (number.isPresent() ? number.getAsLong() : "missing") + " and split.count is "
                            + parts,
                    "a number below the count",
                    REFUSED);
        } else if (parts > 1) {
            findings.warning(
                    "split",
                    "this is part " + (number.getAsLong() + 1) + " of " + parts,
                    "the whole model",
                    "the other parts were not looked at, and are needed beside it");
        }
    }

    /** Numbers that are none spread through everything computed with them. */
    private void finite() {
        metadata.values().forEach((key, value) -> {
            if (value instanceof GgufValue.Decimal decimal && !Double.isFinite(decimal.value())) {
                findings.error("finite", key + " is " + decimal, "a finite number", "the model's output is nonsense");
            }
        });
    }
}
