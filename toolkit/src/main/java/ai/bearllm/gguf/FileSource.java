package ai.bearllm.gguf;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file on a disk. A channel reads it, not a mapping: files are larger than one mapping may be, and can shrink meanwhile. */
record FileSource(Path path) implements ByteSource {
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

    @Override
    public Optional<ByteSource> sibling(String name) {
        return Optional.of(new FileSource(path.resolveSibling(name)));
    }
}
