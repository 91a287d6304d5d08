package ai.bearllm.validation;

import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import ai.bearllm.signature.SignaturePolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What to check of a file, and what is known of it from elsewhere; {@link #run} does it. Immutable: each step returns a new
 * request. What nobody has said is a skipped check, not a passed one.
 */
public final class ValidationRequest {
    private final Path file;
    private final Given given;

    ValidationRequest(Path file, Given given) {
        this.file = file;
        this.given = given;
    }

    /** How much of the file is read; {@link Level#FULL} where nothing is said. */
    public ValidationRequest level(Level level) {
        Objects.requireNonNull(level);
        return with(next -> next.level = level);
    }

    /** What progress calls the file, where its own name means nothing to people. */
    public ValidationRequest called(String name) {
        return with(next -> next.name = Optional.of(name));
    }

    /** The digest that the file must have. */
    public ValidationRequest expecting(Sha256 sha256) {
        return expecting(Optional.of(sha256));
    }

    /** The digest that the file must have; empty where nobody has said. */
    public ValidationRequest expecting(Optional<Sha256> sha256) {
        return with(next -> next.sha256 = sha256);
    }

    /** The length in bytes that the file must have. */
    public ValidationRequest expectingBytes(long bytes) {
        return expectingBytes(OptionalLong.of(bytes));
    }

    /** The length in bytes that the file must have; empty where nobody has said. */
    public ValidationRequest expectingBytes(OptionalLong bytes) {
        if (bytes.orElse(0) < 0) {
            throw new IllegalArgumentException("bytes must not be negative but was " + bytes.getAsLong());
        }
        return with(next -> next.bytes = bytes);
    }

    /**
     * How many parameters the model has by its card or the catalog; empty where nobody says. A file with another number may be
     * loaded, with a warning.
     */
    public ValidationRequest expectingParameters(OptionalLong parameters) {
        return with(next -> next.parameters = parameters);
    }

    /**
     * The SHA-256 of the original model's chat template, as UTF-8. A file with another one may be loaded, with a warning: some
     * publishers mend templates, and somebody may have changed it so that it looks harmless and isn't.
     */
    public ValidationRequest expectingTemplate(Sha256 sha256) {
        return expectingTemplate(Optional.of(sha256));
    }

    /** As {@link #expectingTemplate(Sha256)}; empty where nobody knows the original. */
    public ValidationRequest expectingTemplate(Optional<Sha256> sha256) {
        return with(next -> next.template = sha256);
    }

    /**
     * The original model's chat templates by name, the main one under {@code default}: as {@link #expectingTemplate}, and the
     * warning says what was changed.
     */
    public ValidationRequest expectingTemplates(Map<String, String> templates) {
        Map<String, String> copy = Map.copyOf(templates);
        return with(next -> next.templates = copy);
    }

    /**
     * Whose signatures count, and what is to become of a file that has none. Without this, signatures are not looked at. A file
     * is compared with its signature where its digest is known, which a quick validation leaves to the memory.
     */
    public ValidationRequest signedBy(SignaturePolicy policy) {
        Objects.requireNonNull(policy);
        return with(next -> next.policy = Optional.of(policy));
    }

    /** Checks every part where the file is a part of a split model, and whether they belong together. */
    public ValidationRequest allParts() {
        return with(next -> next.allParts = true);
    }

    /** As {@link #allParts()}, where the digests that other parts must have are known, by the parts' names. */
    public ValidationRequest expectingParts(Map<String, Sha256> digests) {
        Map<String, Sha256> copy = Map.copyOf(digests);
        return with(next -> {
            next.allParts = true;
            next.parts = copy;
        });
    }

    /** Uses what is known of the unchanged file from earlier, instead of reading it again, and remembers the outcome. */
    public ValidationRequest remembering(FileMemory memory) {
        return with(next -> next.memory = Optional.of(memory));
    }

    /** Adds a check; it is made after those of this package, where the structure has passed. */
    public ValidationRequest also(FileCheck check) {
        List<FileCheck> more =
                Stream.concat(given.more.stream(), Stream.of(check)).toList();
        return with(next -> next.more = more);
    }

    /** Who hears of the progress: bytes read, where the whole file is. */
    public ValidationRequest listener(ProgressListener listener) {
        Objects.requireNonNull(listener);
        return with(next -> next.listener = listener);
    }

    /** How the caller can stop it. */
    public ValidationRequest cancellation(Cancellation cancellation) {
        Objects.requireNonNull(cancellation);
        return with(next -> next.cancellation = cancellation);
    }

    /**
     * Makes the checks. What is wrong with the file's bytes is a failed check, never an exception.
     *
     * @throws ai.bearllm.model.BearException if the file is missing, cannot be read, or changes while it is read
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public Validation run() {
        ValidationRun run = new ValidationRun(file, given);
        return Task.await("validation", given.cancellation, run::run);
    }

    private ValidationRequest with(Consumer<Given> change) {
        return new ValidationRequest(file, given.with(change));
    }

    /** For example {@code full validation of model.gguf}. */
    @Override
    public String toString() {
        return given.level.name().toLowerCase(Locale.ROOT) + " validation of " + file.getFileName();
    }
}
