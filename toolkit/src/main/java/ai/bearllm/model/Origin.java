package ai.bearllm.model;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where a model's file comes from. */
public sealed interface Origin {
    /**
     * A file inside the toolkit's own jar, written {@code builtin:<name>}.
     *
     * @param name the resource's path below the toolkit's data folder
     */
    record Builtin(String name) implements Origin {
        @Override
        public String toString() {
            return "builtin:" + name;
        }
    }

    /**
     * A file of a repository on the Hugging Face Hub, written {@code hf:<owner>/<repository>@<revision>/<path>}.
     *
     * @param repository {@code owner/name}
     * @param revision a commit, branch or tag; a commit for whatever is meant to be repeated
     * @param path the file's path inside the repository, with {@code /}
     */
    record HubFile(String repository, String revision, String path) implements Origin {
        private static final Pattern REPOSITORY = Pattern.compile("[\\w.-]+/[\\w.-]+");

        public HubFile {
            if (!REPOSITORY.matcher(repository).matches()) {
                throw new IllegalArgumentException("a repository is owner/name but was \"" + repository + "\"");
            }
            if (revision.isBlank() || path.isBlank()) {
                throw new IllegalArgumentException("revision and path must not be blank");
            }
        }

        @Override
        public String toString() {
            return "hf:" + repository + "@" + revision + "/" + path;
        }
    }

    /**
     * A file that was already on this machine, written {@code file:<absolute path>}.
     *
     * @param path absolute
     */
    record LocalFile(Path path) implements Origin {
        @Override
        public String toString() {
            return "file:" + path;
        }
    }
}
