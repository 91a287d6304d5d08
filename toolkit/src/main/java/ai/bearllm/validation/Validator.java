package ai.bearllm.validation;

import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks model files. What is wrong with a file's bytes is a failed check, never an exception. */
public final class Validator {
    private Validator() {}

    /**
     * Makes every check of a file: size, SHA-256, structure, metadata, tokenizer, chat template.
     *
     * <p>The digest is computed even where none is expected, so that it can be kept. Progress counts the bytes digested.
     *
     * @param expected the digest that the file must have; empty where nobody has said
     * @param expectedSize the size in bytes that the file must have; empty where nobody has said
     * @throws ai.bearllm.model.BearException if the file is missing or cannot be read
     * @throws java.util.concurrent.CancellationException if it was cancelled
     */
    public static Validation validate(
            Path file,
            Optional<Sha256> expected,
            OptionalLong expectedSize,
            ProgressListener listener,
            Cancellation cancellation) {
        ValidationRun run = new ValidationRun(file, listener.guarded(), cancellation);
        return Task.await("validation", cancellation, () -> run.full(expected, expectedSize));
    }

    /**
     * Makes the checks that need no pass over the whole file: all but the digest, in milliseconds.
     *
     * @throws ai.bearllm.model.BearException if the file is missing or cannot be read
     */
    public static Validation quick(Path file) {
        Cancellation cancellation = Cancellation.create();
        ValidationRun run = new ValidationRun(file, ProgressListener.NONE, cancellation);
        return Task.await("validation", cancellation, run::quick);
    }
}
