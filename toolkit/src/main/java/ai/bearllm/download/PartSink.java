package ai.bearllm.download;

import ai.bearllm.hub.BodySink;
import ai.bearllm.hub.HttpAnswer;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets into a part only bytes that belong there: from the position where the part ends, of the same bytes as before, and no
 * more than were declared.
 */
final class PartSink implements BodySink {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    private final PartFile part;
    private final Meter meter;
    private final Arrivals arrivals;
    private OptionalLong size;
    private Optional<String> etag = Optional.empty();

    /**
     * @param size the declared size; where it is unknown, the server's answer declares it
     * @param arrivals told when the size became known, before the first byte
     */
    PartSink(PartFile part, OptionalLong size, Meter meter, Arrivals arrivals) {
        this.part = part;
        this.size = size;
        this.meter = meter;
        this.arrivals = arrivals;
    }

    /** The size, as soon as anybody declared it. */
    OptionalLong size() {
        return size;
    }

    /** The strong ETag of the bytes in the part: without one, nothing is continued. */
    Optional<String> etag() {
        return etag;
    }

    /** Whether what is there can be continued by a range. */
    boolean canContinue() {
        return part.length() > 0 && etag.isPresent() && size.isPresent();
    }

    /** What is there is not continued: the next answer is taken from its beginning. */
    void forget() {
        etag = Optional.empty();
    }

    @Override
    public void begin(HttpAnswer head) throws IOException {
        if (head.status() == 206 && canContinue()) {
            requireContinuation(head);
            return;
        }
        if (head.status() != 200) {
            throw new TransferBroken("The server answered with " + head.status() + " where 200 was expected.");
        }
        // Also the answer of a server that ignores ranges: everything from the beginning.
        part.restart();
        etag = strong(head);
        OptionalLong announced = head.number("content-length");
        if (announced.isPresent()) {
            requireSize(announced.getAsLong());
        }
    }

    private void requireSize(long announced) throws IOException {
        if (size.isPresent() && size.getAsLong() != announced) {
            throw sizeDiffers(new ByteSize(announced) + " (" + announced + " bytes)");
        }
        if (size.isEmpty()) {
            size = OptionalLong.of(announced);
            meter.total(size);
            arrivals.sizeKnown(announced);
        }
    }

    private void requireContinuation(HttpAnswer head) {
        Matcher range = CONTENT_RANGE.matcher(head.header("content-range").orElse(""));
        long whole = size.orElse(-1);
        boolean fits = range.matches()
                && Long.parseLong(range.group(1)) == part.length()
                && Long.parseLong(range.group(2)) == whole - 1
                && Long.parseLong(range.group(3)) == whole;
        if (!fits) {
            throw new TransferBroken("The server answered with another part of the file than was asked for.");
        }
        if (!strong(head).equals(etag)) {
            throw new TransferBroken("The file changed on the server while it was fetched.");
        }
    }

    @Override
    public void accept(List<ByteBuffer> bytes) throws IOException {
        long arrived = 0;
        for (ByteBuffer piece : bytes) {
            arrived += piece.remaining();
        }
        if (size.isPresent() && part.length() + arrived > size.getAsLong()) {
            throw sizeDiffers("more");
        }
        part.append(bytes);
        meter.arrived(arrived, part.length());
    }

    private BearException sizeDiffers(String found) {
        long expected = size.orElse(0);
        return new BearException(
                "The file should have " + new ByteSize(expected) + " (" + expected + " bytes) but the source sends "
                        + found + ".",
                "Check that the source and the revision are the right ones; the file may have been replaced there.");
    }

    private static Optional<String> strong(HttpAnswer head) {
        return head.header("etag").filter(value -> !value.startsWith("W/"));
    }

    /** Told what a first answer declares. */
    @FunctionalInterface
    interface Arrivals {
        /** The size, which nobody had declared before; throws to refuse it. */
        void sizeKnown(long bytes) throws IOException;
    }
}
