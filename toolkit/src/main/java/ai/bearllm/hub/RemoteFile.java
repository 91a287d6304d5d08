package ai.bearllm.hub;

import ai.bearllm.model.ByteSource;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file on a server, read where it lies: each place that is asked for is fetched by a range, once, and kept. For what stands at
 * a file's beginning, a few requests and a few megabytes instead of a download.
 *
 * <p>Each answer must be the part that was asked for, of the same length and version of the file as the first answer's
 * ({@code ETag}, else {@code Last-Modified}). A server that does not know ranges and sends the whole is listened to only as far
 * as needed. Reading waits for the network; every failure is a {@link NetworkException} that says what to do, nothing is
 * retried. The file's bytes are not checked against any digest: that needs them all.
 *
 * <p>Safe for use by many threads, which then wait for each other.
 */
public final class RemoteFile implements ByteSource {
    /** The vocabularies of a quarter of a million tokens that exist take 10 to 20 MB. */
    static final long USUAL_LIMIT_BYTES = 64L << 20;

    private static final int FIRST_BYTES = 256 << 10;
    private static final int MOST_BYTES_AT_ONCE = 4 << 20;

    private final Http http;
    private final Cancellation cancellation;
    private final Spending spending;
    private final NavigableMap<Long, byte[]> pieces = new TreeMap<>();
    private volatile RemotePlace place;
    private @Nullable FileVersion version;
    private int readAhead = FIRST_BYTES;
    private long lastEnd;

    private RemoteFile(Http http, RemotePlace place, Cancellation cancellation, Spending spending) {
        this.http = http;
        this.place = place;
        this.cancellation = cancellation;
        this.spending = spending;
    }

    /**
     * The file at this address; asks for nothing yet.
     *
     * @param cancellation ends the request under way, and every later one
     */
    public static RemoteFile of(Http http, URI address, Cancellation cancellation) {
        return new RemoteFile(http, new RemotePlace.Address(address), cancellation, new Spending(USUAL_LIMIT_BYTES));
    }

    /** A file of a repository, at the commit that its revision means when it is first opened; asks for nothing yet. */
    public static RemoteFile of(Hub hub, Origin.HubFile file, Cancellation cancellation) {
        return new RemoteFile(
                hub.http(), new RemotePlace.OnHub(hub, file), cancellation, new Spending(USUAL_LIMIT_BYTES));
    }

    /**
     * The file at this address: with the hub's own rules and token where it is a page or a file of that hub, else as any
     * address. Asks for nothing yet.
     */
    public static RemoteFile of(Hub hub, URI address, Cancellation cancellation) {
        return hub.locate(address)
                .map(file -> of(hub, file, cancellation))
                .orElseGet(() -> of(hub.http(), address, cancellation));
    }

    /** The same with another limit of the bytes that are fetched in all, {@link #sibling} files included; usually 64 MiB. */
    public RemoteFile limit(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("the limit must be positive but was " + bytes);
        }
        return new RemoteFile(http, place, cancellation, new Spending(bytes));
    }

    @Override
    public String name() {
        return place.name();
    }

    @Override
    public Optional<ByteSource> sibling(String name) {
        return Optional.of(new RemoteFile(http, place.sibling(name), cancellation, spending));
    }

    /** Asks for the file's beginning, unless that is known, and so whether it is there and how long it is. */
    @Override
    public SeekableByteChannel open() {
        return new RemoteChannel(this, size());
    }

    /** Bytes that came over the network so far, those of sibling files included. */
    public long bytesFetched() {
        return spending.bytes();
    }

    private synchronized long size() {
        FileVersion known = version;
        if (known == null) {
            place = place.pinned(cancellation);
            known = fetch(0, FIRST_BYTES);
        }
        return known.size();
    }

    /** Copies bytes from this position on, at least one; the position lies before the end. */
    synchronized int read(long position, ByteBuffer target) {
        Map.Entry<Long, byte[]> piece = pieces.floorEntry(position);
        if (piece == null || position - piece.getKey() >= piece.getValue().length) {
            fetch(position, target.remaining());
            piece = pieces.floorEntry(position);
        }
        if (piece == null) {
            throw new IllegalStateException("nothing was fetched at " + position);
        }
        int from = (int) (position - piece.getKey());
        int count = Math.min(piece.getValue().length - from, target.remaining());
        target.put(piece.getValue(), from, count);
        return count;
    }

    private FileVersion fetch(long position, int wanted) {
        // Passing over an array of numbers is still reading on.
        boolean onward = position > 0 && position >= lastEnd && position - lastEnd <= readAhead;
        readAhead = onward ? Math.min(2 * readAhead, MOST_BYTES_AT_ONCE) : FIRST_BYTES;
        long most = Math.min(Math.max(readAhead, wanted), MOST_BYTES_AT_ONCE);
        Long next = pieces.higherKey(position);
        most = next == null ? most : Math.min(most, next - position);
        most = version == null ? most : Math.min(most, version.size() - position);
        RangeSink sink = new RangeSink(place, position, (int) most, version, spending);
        HttpCall call = place.call().header("Range", "bytes=" + position + "-" + (position + most - 1));
        spending.request(place);
        Optional<HttpAnswer> answer = sink.receive(http, call, cancellation);
        FileVersion seen =
                answer.isPresent() && !answer.get().isSuccess() ? refused(answer.get(), position) : sink.version();
        version = seen;
        if (seen.size() > 0) {
            byte[] piece = sink.bytes();
            pieces.put(position, piece);
            lastEnd = position + piece.length;
        }
        return seen;
    }

    /** An empty file has no part that could be sent. */
    private FileVersion refused(HttpAnswer answer, long position) {
        boolean isEmpty = answer.status() == 416
                && position == 0
                && answer.header("content-range").orElse("").equals("bytes */0");
        if (isEmpty) {
            return new FileVersion(0, Optional.empty(), Optional.empty());
        }
        if (answer.status() == 416) {
            throw place.changed("it is shorter than before");
        }
        throw place.refusal(answer);
    }

    /** The file's name and where it is, without secrets. */
    @Override
    public String toString() {
        return place.words();
    }
}
