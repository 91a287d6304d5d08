package ai.bearllm.download;

import java.util.OptionalDouble;

/**
 * Decides from the measured speed how many connections a download uses. It begins with one. Where the server or the way to it
 * holds each connection back, more of them are faster: four, then as many as are allowed, are tried and kept only where all
 * together bring clearly more than before. Otherwise it goes back, and tries again much later.
 */
final class Pace {
    /** From here on it is this machine that is busy, not the network. */
    private static final double FAST_BYTES_PER_SECOND = 200e6;

    /** As it is where hashing and writing take this share of a connection's time. */
    private static final double BUSY_SHARE = 0.3;

    private static final double WORTH_IT = 1.3;
    private static final long LOOK_NANOS = 500_000_000L;
    private static final long TRIAL_NANOS = 2_500_000_000L;
    private static final long FIRST_REST_NANOS = 20_000_000_000L;
    private static final long LONGEST_REST_NANOS = 300_000_000_000L;
    private static final int FIRST_STEP = 4;

    private final int most;
    /** Read by the connections; all else belongs to the thread that looks. */
    private volatile int lanes = 1;

    private int before = 1;
    private double base;
    private boolean trying;
    private long sinceNanos;
    private long sinceBytes;
    private long windowNanos;
    private long windowBytes;
    private long windowBusyNanos;
    private long restUntilNanos;
    private long restNanos = FIRST_REST_NANOS;
    private boolean fixed;

    /** @param most the most connections that are allowed */
    Pace(int most, long nowNanos, long bytes) {
        this.most = most;
        begin(nowNanos, bytes);
        this.restUntilNanos = nowNanos;
    }

    private void begin(long nowNanos, long bytes) {
        sinceNanos = nowNanos;
        sinceBytes = bytes;
        windowNanos = nowNanos;
        windowBytes = bytes;
    }

    /** How many connections there should be. */
    int lanes() {
        return lanes;
    }

    /** The server does not serve ranges as it should: one connection from here on. */
    void single() {
        lanes = 1;
        trying = false;
        fixed = true;
    }

    /** One connection failed while others work: no more than those, for a while. */
    void fewer(int working, long nowNanos, long bytes) {
        lanes = Math.max(1, Math.min(lanes, working));
        rest(nowNanos, bytes);
    }

    private void rest(long nowNanos, long bytes) {
        trying = false;
        restUntilNanos = nowNanos + restNanos;
        restNanos = Math.min(LONGEST_REST_NANOS, restNanos * 2);
        begin(nowNanos, bytes);
    }

    /** A wait or a start over says nothing about the speed. */
    void waited(long nowNanos, long bytes) {
        if (trying) {
            lanes = before;
        }
        trying = false;
        begin(nowNanos, bytes);
    }

    /**
     * Looks at what has arrived.
     *
     * @param left how many bytes are still to come
     * @param busyNanos for how long all connections together have been hashing and writing
     */
    void look(long nowNanos, long bytes, long left, long busyNanos) {
        if (fixed || nowNanos - windowNanos < LOOK_NANOS) {
            return;
        }
        double recent = perSecond(windowNanos, windowBytes, nowNanos, bytes);
        double average = perSecond(sinceNanos, sinceBytes, nowNanos, bytes);
        double busy = (double) (busyNanos - windowBusyNanos) / (nowNanos - windowNanos) / lanes;
        windowBusyNanos = busyNanos;
        windowNanos = nowNanos;
        windowBytes = bytes;
        if (trying) {
            judge(nowNanos, bytes, Math.max(recent, average));
        } else if (busy < BUSY_SHARE) {
            consider(nowNanos, bytes, left, Math.max(recent, average));
        }
    }

    private void judge(long nowNanos, long bytes, double rate) {
        if (rate >= base * WORTH_IT) {
            trying = false;
            begin(nowNanos, bytes);
            base = rate;
            restNanos = FIRST_REST_NANOS;
        } else if (nowNanos - sinceNanos >= TRIAL_NANOS) {
            lanes = before;
            rest(nowNanos, bytes);
        }
    }

    private void consider(long nowNanos, long bytes, long left, double rate) {
        boolean worthwhile = lanes < most && rate > 0 && rate < FAST_BYTES_PER_SECOND && left / rate > 1.5;
        if (!worthwhile || nowNanos - restUntilNanos < 0) {
            return;
        }
        base = rate;
        before = lanes;
        lanes = Math.min(most, lanes < FIRST_STEP ? FIRST_STEP : most);
        trying = true;
        begin(nowNanos, bytes);
    }

    /** What one connection brings, as far as it is known. */
    OptionalDouble perLane(long nowNanos, long bytes) {
        double rate = perSecond(sinceNanos, sinceBytes, nowNanos, bytes);
        return rate > 0 ? OptionalDouble.of(rate / lanes) : OptionalDouble.empty();
    }

    private static double perSecond(long sinceNanos, long sinceBytes, long nowNanos, long bytes) {
        double seconds = (nowNanos - sinceNanos) / 1e9;
        return seconds <= 0 ? 0 : Math.max(0, bytes - sinceBytes) / seconds;
    }
}
