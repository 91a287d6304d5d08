package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufFormatException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file's header, metadata and tensor table, or why they cannot be read.
 *
 * @param gguf empty where the structure cannot be read
 * @param refused empty where it can
 */
record Header(Optional<Gguf> gguf, Optional<GgufFormatException> refused) {
    static final String UNREADABLE = "the structure cannot be read";

    /** Of the very file that is named, also where it is a part of a split model. */
    static Header read(Path file) {
        try {
            return new Header(Optional.of(Gguf.readPart(file)), Optional.empty());
        } catch (GgufFormatException e) {
            return new Header(Optional.empty(), Optional.of(e));
        }
    }
}
