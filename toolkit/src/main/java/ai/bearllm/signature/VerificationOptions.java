package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What a check was asked to do. Changed only while a step of {@link Verification} makes its copy. */
final class VerificationOptions {
    final Path model;
    SignaturePolicy policy = SignaturePolicy.trustingNobody();
    Optional<Path> signature = Optional.empty();
    Optional<String> name = Optional.empty();
    List<String> ignored = List.of();
    boolean unsignedFilesIgnored;
    Links links = Links.NONE;
    Function<Path, Optional<Sha256>> digests = file -> Optional.empty();
    HashListener listener = HashListener.NONE;

    VerificationOptions(Path model) {
        this.model = Objects.requireNonNull(model);
    }

    VerificationOptions(VerificationOptions other) {
        this.model = other.model;
        this.policy = other.policy;
        this.signature = other.signature;
        this.name = other.name;
        this.ignored = other.ignored;
        this.unsignedFilesIgnored = other.unsignedFilesIgnored;
        this.links = other.links;
        this.digests = other.digests;
        this.listener = other.listener;
    }
}
