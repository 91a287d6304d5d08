package ai.bearllm.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What reading bytes may cost: a parser that obeys a length field of its input instead of the input's length goes beyond. */
public final class Allocation {
    private Allocation() {}

    /**
     * Runs it and asserts that it allocated at most 16 MiB and 8 bytes for each byte of input, counted in all, freed or not.
     * It is run again where it seems too much: classes are loaded at the first time, which costs once and not by the input.
     */
    public static void bounded(int length, Runnable reading) {
        long limit = (16 << 20) + 8L * length;
        if (by(reading) >= limit) {
            assertThat(by(reading)).isLessThan(limit);
        }
    }

    private static long by(Runnable reading) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        reading.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
