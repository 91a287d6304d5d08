package ai.bearllm.download;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How patient, how broad and how fast downloads are.
 *
 * @param retries how often in a row a broken, stalled or refused request is repeated without anything new arriving
 * @param firstWait before the first repetition; it doubles with each, with some randomness
 * @param longestWait the most that is waited at once; a server that asks for more is not waited for
 * @param connections the most connections for one file; more than one only where that is faster
 * @param totalConnections the most connections for all downloads together
 * @param bytesPerSecond the limit for all downloads together; empty where there is none
 * @param stallNotice after so long without a byte the progress says that nothing arrives
 */
public record DownloadSettings(
        int retries,
        Duration firstWait,
        Duration longestWait,
        int connections,
        int totalConnections,
        OptionalLong bytesPerSecond,
        Duration stallNotice) {
    /** The most connections that one file may have. */
    public static final int MOST_CONNECTIONS = 16;

    /** Five repetitions, waits from one second to five minutes, up to 16 connections for a file and 32 for all, no limit of speed. */
    public static final DownloadSettings USUAL = new DownloadSettings(5, Duration.ofSeconds(1), Duration.ofMinutes(5));

    public DownloadSettings {
        if (retries < 0 || retries > 100) {
            throw new IllegalArgumentException("retries must be 0 to 100 but was " + retries);
        }
        if (firstWait.isNegative() || longestWait.compareTo(firstWait) < 0) {
            throw new IllegalArgumentException("waits must not be negative, and longestWait not under firstWait");
        }
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "connections must be 1 to " + MOST_CONNECTIONS + " but was " + connections);
        }
        if (totalConnections < 1) {
            throw new IllegalArgumentException("totalConnections must be at least 1 but was " + totalConnections);
        }
        if (bytesPerSecond.isPresent() && bytesPerSecond.getAsLong() < 1) {
            throw new IllegalArgumentException("bytesPerSecond must be positive but was " + bytesPerSecond.getAsLong());
        }
        if (stallNotice.isNegative() || stallNotice.isZero()) {
            throw new IllegalArgumentException("stallNotice must be positive but was " + stallNotice);
        }
    }

    /** As patient as said, as broad and fast as usual. */
    public DownloadSettings(int retries, Duration firstWait, Duration longestWait) {
        this(retries, firstWait, longestWait, MOST_CONNECTIONS, 32, OptionalLong.empty(), Duration.ofSeconds(10));
    }

    /** The same with so many connections for one file at most, 1 to {@value #MOST_CONNECTIONS}. */
    public DownloadSettings connections(int most) {
        return new DownloadSettings(
                retries, firstWait, longestWait, most, totalConnections, bytesPerSecond, stallNotice);
    }

    /** The same with so many connections for all downloads together at most. */
    public DownloadSettings totalConnections(int most) {
        return new DownloadSettings(retries, firstWait, longestWait, connections, most, bytesPerSecond, stallNotice);
    }

    /** The same with so many bytes a second for all downloads together at most. */
    public DownloadSettings bytesPerSecond(long most) {
        return new DownloadSettings(
                retries, firstWait, longestWait, connections, totalConnections, OptionalLong.of(most), stallNotice);
    }

    /** The same, saying after so long that nothing arrives. */
    public DownloadSettings stallNotice(Duration silence) {
        return new DownloadSettings(
                retries, firstWait, longestWait, connections, totalConnections, bytesPerSecond, silence);
    }
}
