package ai.bearllm.engine;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What an engine loads. */
public sealed interface ModelSource {
    /**
     * A GGUF file on this machine, already validated.
     *
     * @param path absolute
     */
    record LocalFile(Path path) implements ModelSource {
        /** Source: {@code llama_split_path} in llama.cpp. */
        private static final Pattern PART = Pattern.compile("(.*)-\\d{5}-of-(\\d{5})\\.gguf");

        public LocalFile {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("a model's path must be absolute but was " + path);
            }
        }

        /**
         * Every file of the model: the path itself, and where its name is one of several parts
         * ({@code name-00001-of-00003.gguf}), the others by their names, whether they exist or not.
         */
        public List<Path> parts() {
            Matcher part = PART.matcher(String.valueOf(path.getFileName()));
            if (!part.matches()) {
                return List.of(path);
            }
            int count = Integer.parseInt(part.group(2));
            return IntStream.rangeClosed(1, count)
                    .mapToObj(number -> path.resolveSibling(
                            String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", part.group(1), number, count)))
                    .toList();
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
