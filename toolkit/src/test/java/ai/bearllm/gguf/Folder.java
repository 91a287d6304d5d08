package ai.bearllm.gguf;

import ai.bearllm.model.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;

/**
 * Files in memory beside each other.
 *
 * @param name which of them this is
 */
record Folder(String name, Map<String, byte[]> files) implements ByteSource {
    @Override
    public SeekableByteChannel open() throws IOException {
        byte[] file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return new BytesChannel(ByteBuffer.wrap(file));
    }

    @Override
    public Optional<ByteSource> sibling(String other) {
        return Optional.of(new Folder(other, files));
    }
}
