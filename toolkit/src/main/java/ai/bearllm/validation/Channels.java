package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufTensor;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/** The files of one model, opened as they are needed; one at a time, because a model can have more than may be open. */
final class Channels implements AutoCloseable {
    private final Gguf gguf;
    private int part;
    private SeekableByteChannel open;

    Channels(Gguf gguf) throws IOException {
        this.gguf = gguf;
        this.open = gguf.parts().get(0).source().open();
        this.part = 0;
    }

    SeekableByteChannel of(GgufTensor tensor) throws IOException {
        return of(tensor.part());
    }

    SeekableByteChannel of(int number) throws IOException {
        if (number != part) {
            open.close();
            open = gguf.parts().get(number).source().open();
            part = number;
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        open.close();
    }
}
