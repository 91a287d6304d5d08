package ai.bearllm.download;

import java.time.Duration;

/**
 * How patient downloads are.
 *
 * @param retries how often in a row a broken, stalled or refused request is repeated without anything new arriving
 * @param firstWait before the first repetition; it doubles with each, with some randomness
 * @param longestWait the most that is waited at once; a server that asks for more is not waited for
 */
public record DownloadSettings(int retries, Duration firstWait, Duration longestWait) {
    /** Five repetitions, waits from one second to five minutes. */
    public static final DownloadSettings USUAL = new DownloadSettings(5, Duration.ofSeconds(1), Duration.ofMinutes(5));

    public DownloadSettings {
        if (retries < 0 || retries > 100) {
            throw new IllegalArgumentException("retries must be 0 to 100 but was " + retries);
        }
        if (firstWait.isNegative() || longestWait.compareTo(firstWait) < 0) {
            throw new IllegalArgumentException("waits must not be negative, and longestWait not under firstWait");
        }
    }
}
