package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.model.ByteSize;

/** What reading a remote file, or the parts of a split one, may cost, and has cost. */
final class Spending {
    /** A model in a thousand parts has never been seen; a server that pretends to have one keeps nobody busy for long. */
    private static final int MOST_REQUESTS = 2_000;

    private final long limitBytes;
    private long bytes;
    private int requests;

    Spending(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized void request(RemotePlace place) {
        requests++;
        if (requests > MOST_REQUESTS) {
            throw new NetworkException(
                    Reason.TOO_LARGE,
                    "Reading " + place.words() + " took more than " + MOST_REQUESTS + " requests.",
                    "Download the file and read it here.");
        }
    }

    /** Called before bytes are taken in, whether they are kept or not. */
    synchronized void spend(long count, RemotePlace place) {
        if (count > limitBytes - bytes) {
            throw new NetworkException(
                    Reason.TOO_LARGE,
                    "Reading " + place.words() + " takes more than " + new ByteSize(limitBytes)
                            + ", the limit for a file that is read where it lies.",
                    "Download the file and read it here; either it says unusually much about itself, or its server sends"
                            + " more than was asked for.");
        }
        bytes += count;
    }
}
