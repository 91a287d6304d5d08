package ai.bearllm.gguf;

import ai.bearllm.model.ByteSource;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A few bytes that were kept. */
record BytesSource(String name, ByteBuffer bytes) implements ByteSource {
    @Override
    public SeekableByteChannel open() {
        return new BytesChannel(bytes.duplicate());
    }
}
