package ai.bearllm.run;

import ai.bearllm.engine.MemoryReport;
import ai.bearllm.model.RunRecord;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The highest memory of the process that holds a model while a run lasts. The system keeps a peak of both parts together alone,
 * so a thread looks ten times a second; what rises and falls in between is missed. A look costs some tens of microseconds, not on
 * the path of the tokens.
 */
final class MemoryPeak implements AutoCloseable {
    private static final int LOOK_MILLIS = 100;

    private final Supplier<MemoryReport> memory;
    private OptionalLong anonymous = OptionalLong.empty();
    private OptionalLong fileMapped = OptionalLong.empty();
    private boolean over;

    private MemoryPeak(Supplier<MemoryReport> memory) {
        this.memory = memory;
    }

    /** Begins to watch. */
    static MemoryPeak of(Supplier<MemoryReport> memory) {
        MemoryPeak peak = new MemoryPeak(memory);
        Thread thread = new Thread(peak::watch, "bear-memory");
        thread.setDaemon(true);
        thread.setContextClassLoader(MemoryPeak.class.getClassLoader());
        thread.start();
        return peak;
    }

    private synchronized void watch() {
        try {
            while (!over) {
                look();
                wait(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; where somebody does, it ends.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The session was closed meanwhile: what was seen is all there is.
            over = true;
        }
    }

    private void look() {
        MemoryReport now = memory.get();
        anonymous = higher(anonymous, now.anonymousBytes());
        fileMapped = higher(fileMapped, now.fileMappedBytes());
    }

    private static OptionalLong higher(OptionalLong one, OptionalLong other) {
        return one.isEmpty() || (other.isPresent() && other.getAsLong() > one.getAsLong()) ? other : one;
    }

    /** Looks once more, and tells the highest of all looks. */
    synchronized RunRecord.Memory now() {
        look();
        return seen();
    }

    /** The highest of the looks so far; unknown where there was none. */
    synchronized RunRecord.Memory seen() {
        return new RunRecord.Memory(anonymous, fileMapped);
    }

    /** Stops watching. */
    @Override
    public synchronized void close() {
        over = true;
        notifyAll();
    }
}
