package ai.bearllm.download;

import ai.bearllm.hub.BodySink;
import ai.bearllm.hub.HttpAnswer;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets into a part only bytes that belong there: exactly the stretch that was asked for, of the same bytes as before, and no more
 * than were declared.
 */
final class LaneSink implements BodySink {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    private final Landing landing;
    private final Remote remote;
    private final Spans.Span span;
    private final long asked;
    private final OptionalLong askedLimit;
    private final boolean alone;
    private boolean ignoresRanges;
    private long skip;

    /**
     * @param asked where the request begins
     * @param askedLimit where it ends, which the stretch's own end may come before meanwhile; empty for the file's end
     * @param alone whether no other connection works on the file, so that it may come whole where a part was asked for
     */
    LaneSink(Landing landing, Remote remote, Spans.Span span, long asked, OptionalLong askedLimit, boolean alone) {
        this.landing = landing;
        this.remote = remote;
        this.span = span;
        this.asked = asked;
        this.askedLimit = askedLimit;
        this.alone = alone;
    }

    /** Where bytes go. */
    interface Landing {
        /** The size became known, before the first byte; throws to refuse it. */
        void sizeKnown(long bytes) throws IOException;

        /** Bytes that belong at this place; used up before the return. */
        void write(Spans.Span span, List<ByteBuffer> bytes) throws IOException;
    }

    @Override
    public void begin(HttpAnswer head) throws IOException {
        remote.servedBy(head.uri());
        if (head.status() == 206 && !isWhole()) {
            requireContinuation(head);
        } else if (head.status() == 200) {
            beginWhole(head);
        } else {
            throw new TransferBroken("The server answered with " + head.status() + " where another was expected.");
        }
    }

    private boolean isWhole() {
        return asked == 0 && (askedLimit.isEmpty() || askedLimit.equals(remote.size()));
    }

    private void beginWhole(HttpAnswer head) throws IOException {
        Optional<String> etag = strong(head);
        OptionalLong announced = head.number("content-length");
        if (announced.isPresent()) {
            requireSize(announced.getAsLong());
        }
        if (isWhole()) {
            remote.etag(etag);
            return;
        }
        requireSameBytes(etag);
        if (!alone) {
            throw TransferBroken.ranges("The server ignores ranges.");
        }
        // What is here already passes by.
        ignoresRanges = true;
        skip = asked;
    }

    private void requireSize(long announced) throws IOException {
        OptionalLong size = remote.size();
        if (size.isPresent() && size.getAsLong() != announced) {
            throw sizeDiffers(new ByteSize(announced) + " (" + announced + " bytes)");
        }
        if (size.isEmpty()) {
            remote.size(announced);
            landing.sizeKnown(announced);
        }
    }

    private void requireContinuation(HttpAnswer head) {
        Matcher range = CONTENT_RANGE.matcher(head.header("content-range").orElse(""));
        long whole = remote.size().orElse(-1);
        boolean fits = range.matches()
                && Long.parseLong(range.group(1)) == asked
                && Long.parseLong(range.group(2)) == askedLimit.orElse(whole) - 1
                && Long.parseLong(range.group(3)) == whole;
        OptionalLong announced = head.number("content-length");
        if (!fits || (announced.isPresent() && announced.getAsLong() != askedLimit.orElse(whole) - asked)) {
            String problem = "The server answered with another part of the file than was asked for.";
            throw alone ? new TransferBroken(problem) : TransferBroken.ranges(problem);
        }
        requireSameBytes(strong(head));
    }

    /** Where others work on the file, the names that one of several servers gives the bytes must not end their work. */
    private void requireSameBytes(Optional<String> etag) {
        if (!remote.continues(etag)) {
            String problem = "The file changed on the server while it was fetched.";
            throw alone ? new TransferBroken(problem) : TransferBroken.ranges(problem);
        }
    }

    @Override
    public void accept(List<ByteBuffer> bytes) throws IOException {
        List<ByteBuffer> fitting = new ArrayList<>(bytes.size());
        long wanted = span.wanted();
        boolean more = false;
        for (ByteBuffer some : bytes) {
            long skipped = Math.min(skip, some.remaining());
            skip -= skipped;
            some.position(some.position() + (int) skipped);
            int taken = (int) Math.min(wanted, some.remaining());
            more |= taken < some.remaining();
            if (taken > 0) {
                fitting.add(some.limit(some.position() + taken));
                wanted -= taken;
            }
        }
        if (more && isEndOfAsked()) {
            throw sizeDiffers("more");
        }
        landing.write(span, fitting);
        if (span.wanted() == 0 && !isEndOfAsked()) {
            throw new SpanCut();
        }
    }

    /** Whether the stretch still ends where the request ends: then the server has to end there too. */
    private boolean isEndOfAsked() {
        OptionalLong end = askedLimit.isPresent() && !ignoresRanges ? askedLimit : remote.size();
        return span.limit().equals(end);
    }

    private BearException sizeDiffers(String found) {
        long expected = remote.size().orElse(0);
        return new BearException(
                "The file should have " + new ByteSize(expected) + " (" + expected + " bytes) but the source sends "
                        + found + ".",
                "Check that the source and the revision are the right ones; the file may have been replaced there.");
    }

    private static Optional<String> strong(HttpAnswer head) {
        return head.header("etag").filter(value -> !value.startsWith("W/"));
    }
}
