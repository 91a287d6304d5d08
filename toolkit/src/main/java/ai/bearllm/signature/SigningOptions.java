package ai.bearllm.signature;

import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** What a signing was asked to do. Changed only while a step of {@link Signing} makes its copy. */
final class SigningOptions {
    final Path model;
    final SigningKey key;
    List<X509Certificate> chain = List.of();
    Optional<Path> signature = Optional.empty();
    boolean overwriting;
    List<String> ignored = List.of();
    Links links = Links.NONE;
    Function<Path, Optional<Sha256>> digests = file -> Optional.empty();
    HashListener listener = HashListener.NONE;

    SigningOptions(Path model, SigningKey key) {
        this.model = Objects.requireNonNull(model);
        this.key = Objects.requireNonNull(key);
    }

    SigningOptions(SigningOptions other) {
        this.model = other.model;
        this.key = other.key;
        this.chain = other.chain;
        this.signature = other.signature;
        this.overwriting = other.overwriting;
        this.ignored = other.ignored;
        this.links = other.links;
        this.digests = other.digests;
        this.listener = other.listener;
    }
}
