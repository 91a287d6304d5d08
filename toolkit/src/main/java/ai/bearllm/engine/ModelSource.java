package ai.bearllm.engine;

import ai.bearllm.model.PartName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What an engine loads. */
public sealed interface ModelSource {
    /** A short name for people: the file's, or the model's on its server. */
    String name();

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

        @Override
        public String name() {
            return String.valueOf(path.getFileName());
        }

        /**
         * Every file of the model: the path itself, and where its name is one of several parts
         * ({@code name-00001-of-00003.gguf}), the others by their names, whether they exist or not.
         */
        public List<Path> parts() {
            return PartName.of(String.valueOf(path.getFileName()))
                    .map(part -> part.all().stream()
                            .map(other -> path.resolveSibling(other.name()))
                            .toList())
                    .orElse(List.of(path));
        }
    }

    /**
     * A model that a server holds.
     *
     * @param endpoint the server's base address
     * @param model the name it has there
     */
    record Remote(URI endpoint, String model) implements ModelSource {
        @Override
        public String name() {
            return model;
        }
    }
}
