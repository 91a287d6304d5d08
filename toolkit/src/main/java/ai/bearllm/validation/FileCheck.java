package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import java.nio.file.Path;

/** A check that a caller adds to those of this package, for example one that needs what only the caller knows. */
@FunctionalInterface
public interface FileCheck {
    /**
     * Looks at a file whose structure has passed. What is wrong with the file is a {@link Check.Failed}, never an exception.
     *
     * @param gguf what the file says about itself
     */
    Check of(Path file, Gguf gguf);
}
