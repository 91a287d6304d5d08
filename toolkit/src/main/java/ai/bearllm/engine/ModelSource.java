package ai.bearllm.engine;

import java.net.URI;
import java.nio.file.Path;

/** What an engine loads. */
public sealed interface ModelSource {
    /**
     * A GGUF file on this machine, already validated.
     *
     * @param path absolute
     */
    record LocalFile(Path path) implements ModelSource {
        public LocalFile {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("a model's path must be absolute but was " + path);
            }
        }
    }

    /**
     * A model that a server holds.
     *
     * @param endpoint the server's base address
     * @param model the name it has there
     */
    record Remote(URI endpoint, String model) implements ModelSource {}
}
