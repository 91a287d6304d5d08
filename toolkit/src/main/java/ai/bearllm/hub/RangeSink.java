package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.progress.Cancellation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes one part of a remote file, after it has made sure that the answer is that part of that file. */
final class RangeSink implements BodySink {
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes +([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", Pattern.CASE_INSENSITIVE);

    private final RemotePlace place;
    private final long from;
    private final int most;
    private final @Nullable FileVersion before;
    private final Spending spending;
    private @Nullable FileVersion version;
    private boolean isWhole;
    private long skip;
    private byte[] bytes = {};
    private int count;

    /**
     * @param from where the part begins
     * @param most its length; shorter where the file ends before, or the server sends less
     * @param before what earlier answers said; null for the first
     */
    RangeSink(RemotePlace place, long from, int most, @Nullable FileVersion before, Spending spending) {
        this.place = place;
        this.from = from;
        this.most = most;
        this.before = before;
        this.spending = spending;
    }

    /** Makes the call. Empty where enough of a whole file had come. */
    Optional<HttpAnswer> receive(Http http, HttpCall call, Cancellation cancellation) {
        try {
            HttpAnswer answer = http.receive(call, this, cancellation);
            if (answer.isSuccess() && count < bytes.length) {
                throw new NetworkException(
                        Reason.BROKEN,
                        "The connection for " + place.words() + " ended before the answer was complete.",
                        "Try again.");
            }
            return Optional.of(answer);
        } catch (Enough e) {
            return Optional.empty();
        }
    }

    FileVersion version() {
        if (version == null) {
            throw new IllegalStateException("no answer has come");
        }
        return version;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public void begin(HttpAnswer head) {
        isWhole = head.status() == 200;
        FileVersion seen = isWhole ? whole(head) : part(head);
        if (before != null) {
            if (!before.isSame(seen)) {
                throw place.changed("the server names another length or version of it");
            }
            if (!seen.isNamed()) {
                throw place.invalid(
                        "a second part without an ETag, so that nobody knows whether it is still the same file");
            }
        }
        version = seen;
        if (isWhole && bytes.length == 0) {
            throw new Enough();
        }
    }

    /** A server that does not know ranges: its bytes are passed over up to those that were asked for. */
    private FileVersion whole(HttpAnswer head) {
        OptionalLong length = head.number("content-length");
        if (length.isEmpty()) {
            throw place.invalid("neither a part nor the whole's length");
        }
        skip = from;
        bytes = new byte[(int) Math.max(0, Math.min(most, length.getAsLong() - from))];
        return FileVersion.of(head, length.getAsLong());
    }

    private FileVersion part(HttpAnswer head) {
        String said = head.header("content-range").orElse("");
        Matcher range = CONTENT_RANGE.matcher(said);
        if (head.status() != 206 || !range.matches()) {
            throw place.invalid("an answer " + head.status() + " without saying which part and how long the whole is");
        }
        long first = Long.parseLong(range.group(1));
        long last = Long.parseLong(range.group(2));
        long size = Long.parseLong(range.group(3));
        if (first != from || last < first || last >= size || last - first >= most) {
            throw place.invalid("another part than was asked for (" + Failures.brief(said) + ")");
        }
        bytes = new byte[(int) (last - first + 1)];
        if (head.number("content-length").orElse(bytes.length) != bytes.length) {
            throw place.invalid("a part of another length than it says");
        }
        return FileVersion.of(head, size);
    }

    @Override
    public void accept(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            spending.spend(piece.remaining(), place);
            int passed = (int) Math.min(skip, piece.remaining());
            piece.position(piece.position() + passed);
            skip -= passed;
            int kept = Math.min(piece.remaining(), bytes.length - count);
            piece.get(bytes, count, kept);
            count += kept;
            if (piece.hasRemaining() && !isWhole) {
                throw place.invalid("more than the part that was asked for");
            }
        }
        if (isWhole && count == bytes.length) {
            throw new Enough();
        }
    }

    /** Ends an answer that has served its purpose. */
    private static final class Enough extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough", null, false, false);
        }
    }
}
