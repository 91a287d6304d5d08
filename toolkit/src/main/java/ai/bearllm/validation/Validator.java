package ai.bearllm.validation;

import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks model files, and compares them. What is wrong with a file's bytes is a failed check, never an exception. */
public final class Validator {
    /** The version of the rules: what passed by older ones is looked at again. Raised when a rule is added or changed. */
    public static final int RULES = 2;

    private Validator() {}

    /** Begins a validation of a file: say what is known of it, then {@link ValidationRequest#run}. */
    public static ValidationRequest of(Path file) {
        return new ValidationRequest(file, new Given());
    }

    /**
     * Makes every check of a file.
     *
     * <p>The digest is computed even where none is expected, so that it can be kept. Progress counts the bytes read.
     *
     * @param expected the digest that the file must have; empty where nobody has said
     * @param expectedSize the size in bytes that the file must have; empty where nobody has said
     * @throws ai.bearllm.model.BearException if the file is missing, cannot be read, or changes while it is read
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public static Validation validate(
            Path file,
            Optional<Sha256> expected,
            OptionalLong expectedSize,
            ProgressListener listener,
            Cancellation cancellation) {
        return of(file).expecting(expected)
                .expectingBytes(expectedSize)
                .listener(listener)
                .cancellation(cancellation)
                .run();
    }

    /**
     * Makes the checks that need no pass over the whole file, in milliseconds.
     *
     * @throws ai.bearllm.model.BearException if the file is missing or cannot be read
     */
    public static Validation quick(Path file) {
        return of(file).level(Level.QUICK).run();
    }

    /**
     * The digest of each tensor's bytes: tells which one is damaged, or differs from another file's.
     *
     * @throws ai.bearllm.gguf.GgufFormatException if the file cannot be read as a model
     * @throws ai.bearllm.model.BearException if the file is missing, cannot be read, or changes while it is read
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public static TensorDigests tensorDigests(Path file, ProgressListener listener, Cancellation cancellation) {
        TensorDigestRun run = new TensorDigestRun(file, listener.guarded(), cancellation);
        return Task.await("tensor digests", cancellation, run::run);
    }

    /**
     * Compares two files: metadata by key, tensors by name, whatever their order and alignment.
     *
     * @throws ai.bearllm.gguf.GgufFormatException if one cannot be read as a model
     * @throws ai.bearllm.model.BearException if one is missing, cannot be read, or changes while it is read
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public static Diff diff(Path a, Path b, ProgressListener listener, Cancellation cancellation) {
        DiffRun run = new DiffRun(a, b, listener.guarded(), cancellation);
        return Task.await("comparison", cancellation, run::run);
    }
}
