package ai.bearllm.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** One request and its answer on their way: who takes the body, and how long the silence may last. */
final class Exchange implements HttpResponse.BodyHandler<Boolean> {
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    /** What is kept in memory is small; a server that drips it is given up after this many stall timeouts. */
    private static final int MEMORY_STALLS = 10;

    private final URI uri;
    private final Target target;
    private final HttpSettings settings;
    private final Watch watch = new Watch();
    private final long startNanos = System.nanoTime();
    private final Memory error = new Memory(MAX_ERROR_BYTES);
    private volatile BodyPump pump = new BodyPump(error::keep, watch);
    private volatile boolean headCame;
    private volatile boolean streaming;

    Exchange(URI uri, Target target, HttpSettings settings) {
        this.uri = uri;
        this.target = target;
        this.settings = settings;
    }

    @Override
    public HttpResponse.BodySubscriber<Boolean> apply(HttpResponse.ResponseInfo info) {
        headCame = true;
        watch.touch();
        if (info.statusCode() >= 200 && info.statusCode() <= 299) {
            pump = successPump(info);
        }
        return pump;
    }

    private BodyPump successPump(HttpResponse.ResponseInfo info) {
        try {
            Optional<String> encoding =
                    info.headers().firstValue("content-encoding").map(String::strip);
            if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
                throw Failures.encoded(uri, encoding.get());
            }
            BodyPump.Receiver receiver =
                    target.begin(new HttpAnswer(uri, info.statusCode(), info.headers(), new byte[0]));
            streaming = target.isStream();
            return new BodyPump(receiver, watch);
        } catch (IOException | RuntimeException e) {
            return BodyPump.refusing(e, watch);
        }
    }

    /** The time left before the other side is given up; not positive where it is now. */
    long leftNanos() {
        long silence = silenceLimit().toNanos() - watch.idleNanos();
        long whole = settings.connectTimeout()
                        .plus(settings.stallTimeout().multipliedBy(MEMORY_STALLS))
                        .toNanos()
                - (System.nanoTime() - startNanos);
        return streaming ? silence : Math.min(silence, whole);
    }

    /** Connecting has its own timeout, so a head may take both. */
    Duration silenceLimit() {
        return headCame ? settings.stallTimeout() : settings.connectTimeout().plus(settings.stallTimeout());
    }

    /** Whether the body comes, but so slowly that it will never be there. */
    boolean isTrickle() {
        return streaming && watch.isTrickle(settings.stallTimeout());
    }

    URI uri() {
        return uri;
    }

    /** The beginning of the body of an answer outside 200 to 299. */
    byte[] errorBody() {
        return error.bytes();
    }

    /** After the return nothing is handed on any more. */
    void stop() {
        pump.stop();
    }

    /** Where the body of a successful answer goes. */
    interface Target {
        /** Takes the head, and says who takes the body; throws to refuse it. */
        BodyPump.Receiver begin(HttpAnswer head) throws IOException;

        /** Whether the body may be of any length and take any time. */
        boolean isStream();
    }
}
