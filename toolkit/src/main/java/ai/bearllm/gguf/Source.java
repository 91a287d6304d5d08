package ai.bearllm.gguf;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that can be opened again and read at any position. */
interface Source {
    /** How people call it. */
    String name();

    /** Opens it at position 0. */
    SeekableByteChannel open() throws IOException;

    /** A file. A channel reads it, not a mapping: files are larger than one mapping may be, and can shrink meanwhile. */
    record OfFile(Path path) implements Source {
        @Override
        public String name() {
            Path last = path.getFileName();
            return (last == null ? path : last).toString();
        }

        @Override
        public SeekableByteChannel open() throws IOException {
            if (Files.isDirectory(path)) {
                throw new BearException(path + " is a directory, not a file.", "Name the .gguf file in it.");
            }
            // Opening a pipe or a device would wait for somebody who writes.
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new BearException(path + " is not a regular file.", "Copy its content to a file and name that.");
            }
            return Files.newByteChannel(path);
        }
    }

    /** A few bytes that were kept. */
    record OfBytes(String name, ByteBuffer bytes) implements Source {
        @Override
        public SeekableByteChannel open() {
            return new BytesChannel(bytes.duplicate());
        }
    }
}
