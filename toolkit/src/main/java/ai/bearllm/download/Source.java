package ai.bearllm.download;

import ai.bearllm.hub.Hub;
import ai.bearllm.model.Origin;
import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a download come from. */
public sealed interface Source {
    /** The source in words for people, without secrets. */
    String words();

    /**
     * A file of a repository on a hub.
     *
     * @param hub who serves it
     * @param file which file, at which revision
     */
    record OnHub(Hub hub, Origin.HubFile file) implements Source {
        @Override
        public String words() {
            return file + " from " + hub.endpoint().getHost();
        }
    }

    /**
     * Bytes that are already here, for example inside the toolkit's jar.
     *
     * @param words for example {@code builtin:bear-tiny/bear-tiny.gguf}
     * @param opener gives the bytes from the beginning
     */
    record Local(String words, Opener opener) implements Source {}

    /** Opens a stream at its beginning. */
    @FunctionalInterface
    interface Opener {
        /** A fresh stream, closed by whoever asked for it. */
        InputStream open() throws IOException;
    }
}
