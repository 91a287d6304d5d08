package ai.bearllm.model;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/** A file's bytes, wherever it lies, that can be opened again and read at any position. */
public interface ByteSource {
    /** How people call it: the file's name, without its place and without secrets. */
    String name();

    /**
     * Opens it for reading, at position 0; whoever opens it closes it.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read
     * @throws BearException where more can be said about why not, also while it is read
     */
    SeekableByteChannel open() throws IOException;

    /** The file of this name in the same place, which need not exist; empty where nothing can lie beside this one. */
    default Optional<ByteSource> sibling(String name) {
        return Optional.empty();
    }
}
