package ai.bearllm.gguf;

import ai.bearllm.model.ByteSource;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;

/** Files in memory, and what reading them costs. */
final class Memory {
    private Memory() {}

    static ByteSource source(byte[] file) {
        return new BytesSource("test.gguf", ByteBuffer.wrap(file));
    }

    /** Bytes that reading a file allocates in all: more than it holds at once. */
    static long toRead(byte[] file) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteSource source = source(file);
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            Gguf.readPart(source);
        } catch (GgufFormatException e) {
            // Refusing may cost as much as reading.
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** What reading a file of this length may allocate. */
    static long limit(long length) {
        return (16 << 20) + 8 * length;
    }
}
