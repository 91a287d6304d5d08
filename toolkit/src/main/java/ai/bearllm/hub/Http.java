package ai.bearllm.hub;

import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The rules that every HTTP request of the toolkit follows.
 *
 * <ul>
 *   <li>Redirects are followed by hand, at most {@value Redirects#MAX_HOPS}; never from https to http nor to another scheme.
 *   <li>A token goes to the host it was given for, over https or to this machine, and to nobody after a redirect elsewhere.
 *   <li>Bodies come as they are ({@code Accept-Encoding: identity}); one that does not move, or moves by less than
 *       {@value Watch#LEAST_BYTES_PER_SECOND} bytes a second, is given up after the stall timeout, which the JDK's client does
 *       not do; one kept in memory has a limit.
 *   <li>{@code HF_HUB_OFFLINE=1}, or whoever the settings ask, forbids the network.
 *   <li>HTTP/1.1 alone, so that parallel parts of one file get connections of their own.
 *   <li>Proxies are those of the JVM, else of the environment.
 * </ul>
 *
 * <p>The first one made in a process sets {@code jdk.httpclient.bufsize}, unless it is set: the JDK's own value costs large
 * downloads twice the CPU.
 *
 * <p>Safe for use by many threads. It retries nothing: {@link NetworkException#isTransient()} says what may be retried.
 */
public final class Http {
    private final HttpSettings settings;
    private final Proxies proxies;
    private final Clients clients;

    private Http(HttpSettings settings) {
        this.settings = settings;
        this.proxies = Proxies.of(settings.environment());
        this.clients = new Clients(settings.connectTimeout(), proxies);
    }

    /** Made once by whoever owns the settings; it holds the connections. */
    public static Http of(HttpSettings settings) {
        return new Http(settings);
    }

    /**
     * Makes the call, follows redirects and keeps the answer's body in memory, whatever its status.
     *
     * @param maxBytes the limit of the body
     * @throws NetworkException where no whole answer came
     * @throws CancellationException where it was cancelled or the thread interrupted
     */
    public HttpAnswer read(HttpCall call, int maxBytes, Cancellation cancellation) {
        MemoryTarget memory = new MemoryTarget(maxBytes);
        HttpAnswer answer = walk(call, memory, RedirectRule.FOLLOW, cancellation);
        return answer.isSuccess() ? memory.complete(answer) : answer;
    }

    /**
     * Makes the call, follows redirects and hands the body of a successful answer to the sink. Of any other answer the
     * beginning of the body comes back in the result.
     *
     * @throws NetworkException where no whole answer came
     * @throws UncheckedIOException where the sink failed with an {@link IOException}
     * @throws CancellationException where it was cancelled or the thread interrupted
     */
    public HttpAnswer receive(HttpCall call, BodySink sink, Cancellation cancellation) {
        return walk(call, new SinkTarget(sink), RedirectRule.FOLLOW, cancellation);
    }

    /** The head alone, following only the redirects that the rule allows. */
    HttpAnswer head(HttpCall call, RedirectRule rule, Cancellation cancellation) {
        return walk(call, new MemoryTarget(0), rule, cancellation);
    }

    private HttpAnswer walk(HttpCall call, Exchange.Target target, RedirectRule rule, Cancellation cancellation) {
        URI current = call.uri();
        if (!Addresses.isHttp(current)) {
            throw new IllegalArgumentException(
                    "only http and https are spoken here but the address was " + Addresses.shown(current));
        }
        boolean withToken = true;
        for (int hop = 0; hop <= Redirects.MAX_HOPS; hop++) {
            HttpAnswer answer = exchange(call, current, withToken, target, cancellation);
            if (!Redirects.isRedirect(answer.status()) || !rule.follows(answer)) {
                return answer;
            }
            URI next = Redirects.target(current, answer.headers());
            // Once it was elsewhere the chain is somebody else's: coming back does not bring the token back.
            withToken = withToken && Addresses.sameOrigin(call.uri(), next);
            current = next;
        }
        throw Redirects.tooMany(call.uri());
    }

    private HttpAnswer exchange(
            HttpCall call, URI uri, boolean withToken, Exchange.Target target, Cancellation cancellation) {
        refuseOffline(uri);
        cancellation.check();
        Exchange exchange = new Exchange(uri, target, settings);
        CompletableFuture<HttpResponse<Boolean>> future =
                clients.of(uri).sendAsync(request(call, uri, withToken), exchange);
        HttpResponse<Boolean> response;
        try {
            response = await(future, exchange, cancellation);
        } finally {
            exchange.stop();
            future.cancel(true);
        }
        if (response.statusCode() == 407) {
            throw Failures.proxyRefused(proxies.shown(uri), "407", null);
        }
        return new HttpAnswer(uri, response.statusCode(), response.headers(), exchange.errorBody());
    }

    private HttpRequest request(HttpCall call, URI uri, boolean withToken) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(call.method().name(), HttpRequest.BodyPublishers.noBody())
                .header("Accept-Encoding", "identity")
                .header("User-Agent", settings.userAgent());
        call.headers().forEach(request::header);
        if (withToken && maySend(uri)) {
            call.token().ifPresent(token -> request.header("Authorization", token.authorization()));
        }
        proxies.authorization(uri).ifPresent(value -> request.header("Proxy-Authorization", value));
        return request.build();
    }

    /** Whether a secret may travel to this address: encrypted, or not over a network at all. */
    static boolean maySend(URI uri) {
        return Addresses.scheme(uri).equals("https") || Addresses.isLoopback(Addresses.host(uri));
    }

    private void refuseOffline(URI uri) {
        if (Environment.isSet(settings.environment(), "HF_HUB_OFFLINE")) {
            throw Failures.offline(uri, "HF_HUB_OFFLINE");
        }
        if (settings.offline().getAsBoolean()) {
            throw Failures.offline(uri, "bear.offline()");
        }
    }

    private HttpResponse<Boolean> await(
            CompletableFuture<HttpResponse<Boolean>> response, Exchange exchange, Cancellation cancellation) {
        CompletableFuture<Object> wake = new CompletableFuture<>();
        CompletableFuture<Object> either = CompletableFuture.anyOf(response, wake);
        Cancellation.Registration registration = cancellation.onCancel(() -> wake.complete(true));
        try {
            // The silence that is allowed shrinks when the head has come, so a wait must not span that moment.
            long look = settings.stallTimeout().dividedBy(4).toNanos();
            while (true) {
                long left = exchange.leftNanos();
                if (left <= 0) {
                    throw Failures.stalled(exchange.uri(), exchange.silenceLimit());
                }
                if (exchange.isTrickle()) {
                    throw Failures.trickle(exchange.uri(), exchange.silenceLimit());
                }
                try {
                    either.get(Math.min(left, look), TimeUnit.NANOSECONDS);
                    cancellation.check();
                    return response.join();
                } catch (TimeoutException e) {
                    // Bytes may have come meanwhile: the loop looks again.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        } catch (ExecutionException | CompletionException e) {
            cancellation.check();
            throw translated(e, exchange);
        } finally {
            registration.close();
        }
    }

    private RuntimeException translated(Throwable failure, Exchange exchange) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof SinkFailure inner) {
            return inner.unwrapped();
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return Failures.of(cause, exchange.uri(), proxies.shown(exchange.uri()));
    }

    /** Keeps the body of an answer. */
    private record MemoryTarget(Memory memory, int maxBytes) implements Exchange.Target {
        MemoryTarget(int maxBytes) {
            this(new Memory(maxBytes), maxBytes);
        }

        @Override
        public BodyPump.Receiver begin(HttpAnswer head) {
            return memory::keep;
        }

        @Override
        public boolean isStream() {
            return false;
        }

        HttpAnswer complete(HttpAnswer answer) {
            if (memory.overflowed()) {
                throw Failures.tooLarge(answer.uri(), maxBytes);
            }
            return new HttpAnswer(answer.uri(), answer.status(), answer.headers(), memory.bytes());
        }
    }

    /** Hands the body to the caller's sink. */
    private record SinkTarget(BodySink sink) implements Exchange.Target {
        @Override
        public BodyPump.Receiver begin(HttpAnswer head) throws IOException {
            sink.begin(head);
            return bytes -> {
                sink.accept(bytes);
                return true;
            };
        }

        @Override
        public boolean isStream() {
            return true;
        }
    }
}
