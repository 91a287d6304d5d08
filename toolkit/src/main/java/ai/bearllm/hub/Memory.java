package ai.bearllm.hub;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** The beginning of a body, up to a limit. */
final class Memory {
    private final int maxBytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean overflowed;

    Memory(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Keeps what fits; false as soon as something did not. */
    boolean keep(List<ByteBuffer> bytes) {
        for (ByteBuffer piece : bytes) {
            byte[] copy = new byte[Math.min(piece.remaining(), maxBytes - kept.size())];
            overflowed |= copy.length < piece.remaining();
            piece.get(copy);
            kept.write(copy, 0, copy.length);
        }
        return !overflowed;
    }

    boolean overflowed() {
        return overflowed;
    }

    byte[] bytes() {
        return kept.toByteArray();
    }
}
