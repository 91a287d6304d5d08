package ai.bearllm.validation;

import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.signature.SignaturePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What a validation was told; changed only while a copy is made. */
final class Given {
    Level level = Level.FULL;
    Optional<String> name = Optional.empty();
    Optional<Sha256> sha256 = Optional.empty();
    OptionalLong bytes = OptionalLong.empty();
    Optional<Sha256> template = Optional.empty();
    Map<String, String> templates = Map.of();
    OptionalLong parameters = OptionalLong.empty();
    Optional<SignaturePolicy> policy = Optional.empty();
    boolean allParts;
    Map<String, Sha256> parts = Map.of();
    Optional<FileMemory> memory = Optional.empty();
    List<FileCheck> more = List.of();
    ProgressListener listener = ProgressListener.NONE;
    Cancellation cancellation = Cancellation.create();

    /** A copy with a change. */
    Given with(Consumer<Given> change) {
        Given copy = new Given();
        copy.level = level;
        copy.name = name;
        copy.sha256 = sha256;
        copy.bytes = bytes;
        copy.template = template;
        copy.templates = templates;
        copy.parameters = parameters;
        copy.policy = policy;
        copy.allParts = allParts;
        copy.parts = parts;
        copy.memory = memory;
        copy.more = more;
        copy.listener = listener;
        copy.cancellation = cancellation;
        change.accept(copy);
        return copy;
    }
}
