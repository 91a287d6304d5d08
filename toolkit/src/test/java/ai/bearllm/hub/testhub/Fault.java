package ai.bearllm.hub.testhub;

import java.util.Map;

/**
 * A way for the {@link TestHub} to answer badly.
 *
 * @param kind what goes wrong
 * @param number a byte position, a status or a difference, as the factory says
 * @param text an address or a body, as the factory says
 * @param headers more headers of the answer
 */
public record Fault(Kind kind, long number, String text, Map<String, String> headers) {
    /** What goes wrong. */
    enum Kind {
        STATUS,
        BODY,
        ENDLESS,
        REDIRECT,
        TRUNCATE,
        STALL,
        STALL_HEAD,
        RESET,
        WRONG_BYTES,
        WRONG_LENGTH,
        GZIP,
        IGNORE_RANGE,
        WRONG_RANGE,
        NEW_ETAG,
        NO_ETAG,
        NO_LENGTH,
        NO_DIGEST,
        SLOW
    }

    private static Fault of(Kind kind, long number, String text) {
        return new Fault(kind, number, text, Map.of());
    }

    /** Another status and no useful body. */
    public static Fault status(int status) {
        return of(Kind.STATUS, status, "");
    }

    /** Success, but with this body. */
    public static Fault body(String body) {
        return of(Kind.BODY, 0, body);
    }

    /** This status with a body that never ends. */
    public static Fault endless(int status) {
        return of(Kind.ENDLESS, status, "");
    }

    /** To this address; an empty one gives no address, {@code self} the same address again. */
    public static Fault redirect(String location) {
        return of(Kind.REDIRECT, 0, location);
    }

    /** The connection ends in order after so many bytes of the body. */
    public static Fault truncate(long bytes) {
        return of(Kind.TRUNCATE, bytes, "");
    }

    /** Nothing comes after so many bytes of the body. */
    public static Fault stall(long bytes) {
        return of(Kind.STALL, bytes, "");
    }

    /** Not even a head comes. */
    public static Fault stallHead() {
        return of(Kind.STALL_HEAD, 0, "");
    }

    /** The connection is reset after so many bytes of the body. */
    public static Fault reset(long bytes) {
        return of(Kind.RESET, bytes, "");
    }

    /** Zeros, as many as the file has bytes. */
    public static Fault wrongBytes() {
        return of(Kind.WRONG_BYTES, 0, "");
    }

    /** A whole body that is this much longer (or shorter) than the file. */
    public static Fault wrongLength(long difference) {
        return of(Kind.WRONG_LENGTH, difference, "");
    }

    /** Compressed although nobody asked for it. */
    public static Fault gzip() {
        return of(Kind.GZIP, 0, "");
    }

    /** The whole file with 200 whatever range was asked for. */
    public static Fault ignoreRange() {
        return of(Kind.IGNORE_RANGE, 0, "");
    }

    /** 206 with another part than was asked for. */
    public static Fault wrongRange() {
        return of(Kind.WRONG_RANGE, 0, "");
    }

    /** Another ETag than before, whatever {@code If-Range} says. */
    public static Fault newEtag() {
        return of(Kind.NEW_ETAG, 0, "");
    }

    /** No ETag. */
    public static Fault noEtag() {
        return of(Kind.NO_ETAG, 0, "");
    }

    /** No {@code Content-Length}: the body, so many bytes longer (or shorter) than the file, ends with the connection. */
    public static Fault noLength(long difference) {
        return of(Kind.NO_LENGTH, difference, "");
    }

    /** A hub that declares neither size nor digest of a large file. */
    public static Fault noDigest() {
        return of(Kind.NO_DIGEST, 0, "");
    }

    /** The right bytes, but no more than so many a second on each connection. */
    public static Fault slow(long bytesPerSecond) {
        return of(Kind.SLOW, bytesPerSecond, "");
    }

    /** The same with one more header. */
    public Fault with(String name, String value) {
        Map<String, String> more = new java.util.TreeMap<>(headers);
        more.put(name, value);
        return new Fault(kind, number, text, more);
    }
}
