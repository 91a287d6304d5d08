package ai.bearllm.hub.testhub;

import ai.bearllm.hub.testhub.Fault.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** Serves a file's bytes, whole or a range, well or badly. */
final class Serving {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");

    private final Request request;
    private final Reply reply;
    private final Content content;
    private final String etag;
    private final Fault fault;

    Serving(Request request, Reply reply, Content content, String etag, Fault fault) {
        this.request = request;
        this.reply = reply;
        this.content = content;
        this.etag = fault.kind() == Kind.NEW_ETAG ? "\"changed\"" : etag;
        this.fault = fault;
    }

    /** Answers with the faults that need no file; false where the answer is still to be made. */
    static boolean broken(Reply reply, Request request, Fault fault) throws IOException {
        reply.headers(fault.headers());
        switch (fault.kind()) {
            case STATUS -> {
                if (fault.number() == 0) {
                    return false;
                }
                reply.error((int) fault.number(), "", "told to fail");
            }
            case BODY ->
                reply.send(
                        200, fault.headers().getOrDefault("Content-Type", "application/json"), Wire.utf8(fault.text()));
            case ENDLESS -> reply.endless((int) fault.number());
            case STALL_HEAD -> reply.stall();
            case REDIRECT -> {
                if (!fault.text().isEmpty()) {
                    reply.header("Location", fault.text().equals("self") ? request.target() : fault.text());
                }
                reply.send(302, "text/plain", Wire.utf8("elsewhere"));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    void send() throws IOException {
        if (fault.kind() != Kind.NO_ETAG) {
            reply.header("ETag", etag);
        }
        reply.header("Accept-Ranges", "bytes").header("Content-Type", "application/octet-stream");
        reply.headers(fault.headers());
        Optional<Long> start = rangeStart();
        if (start.isPresent() && start.get() >= content.length()) {
            reply.header("Content-Range", "bytes */" + content.length()).error(416, "", "Range not satisfiable");
            return;
        }
        long from = start.orElse(0L);
        if (start.isPresent()) {
            long said = fault.kind() == Kind.WRONG_RANGE ? from + 1 : from;
            reply.header("Content-Range", "bytes " + said + "-" + last(from) + "/" + content.length());
        }
        body(start.isPresent() ? 206 : 200, from, last(from) - from + 1);
    }

    private Optional<Long> rangeStart() {
        Matcher range = RANGE.matcher(request.header("range").orElse(""));
        boolean same = request.header("if-range").map(etag::equals).orElse(true) || fault.kind() == Kind.NEW_ETAG;
        return range.matches() && same && fault.kind() != Kind.IGNORE_RANGE
                ? Optional.of(Long.parseLong(range.group(1)))
                : Optional.empty();
    }

    private long last(long from) {
        Matcher range = RANGE.matcher(request.header("range").orElse(""));
        boolean bounded =
                range.matches() && !range.group(2).isEmpty() && rangeStart().isPresent();
        return bounded ? Math.min(Long.parseLong(range.group(2)), content.length() - 1) : content.length() - 1;
    }

    private void body(int status, long from, long length) throws IOException {
        try (InputStream bytes = content.from(from)) {
            switch (fault.kind()) {
                case TRUNCATE -> reply.stream(status, length, bytes, Math.min(length, fault.number()));
                case STALL -> {
                    reply.stream(status, length, bytes, Math.min(length, fault.number()));
                    reply.stall();
                }
                case RESET -> {
                    reply.stream(status, length, bytes, Math.min(length, fault.number()));
                    reply.reset();
                }
                case SLOW -> reply.pace(fault.number()).stream(status, length, bytes, length);
                case WRONG_BYTES -> reply.stream(status, length, zeros(length), length);
                case WRONG_LENGTH ->
                    reply.stream(
                            status, length + fault.number(), zeros(length + fault.number()), length + fault.number());
                case NO_LENGTH ->
                    reply.stream(
                            status,
                            -1,
                            new SequenceInputStream(bytes, zeros(Math.max(0, fault.number()))),
                            length + fault.number());
                case GZIP -> {
                    byte[] packed = gzip(bytes);
                    reply.header("Content-Encoding", "gzip").stream(
                            status, packed.length, new ByteArrayInputStream(packed), packed.length);
                }
                default -> reply.stream(status, length, bytes, length);
            }
        }
    }

    private static InputStream zeros(long count) {
        return new InputStream() {
            private long left = count;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                if (left <= 0) {
                    return -1;
                }
                int count = (int) Math.min(length, left);
                java.util.Arrays.fill(buffer, offset, offset + count, (byte) 0);
                left -= count;
                return count;
            }
        };
    }

    private static byte[] gzip(InputStream bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            bytes.transferTo(out);
        }
        return packed.toByteArray();
    }
}
