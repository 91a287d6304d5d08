package ai.bearllm.download;

import ai.bearllm.hub.HttpAnswer;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.progress.Cancellation;
import java.util.Optional;
import java.util.OptionalLong;

/** One connection's work: stretch after stretch, until there is none for it. */
final class Lane {
    private final Fetch fetch;
    private final Remote remote;
    private final Tools tools;
    private final Cancellation stop = Cancellation.create();

    Lane(Fetch fetch, Remote remote, Tools tools) {
        this.fetch = fetch;
        this.remote = remote;
        this.tools = tools;
    }

    /** Begins on a thread of its own; the end is told to the fetch. */
    void start() {
        Thread thread = new Thread(this::run, "bear-download-connection");
        thread.setDaemon(true);
        thread.setContextClassLoader(Lane.class.getClassLoader());
        thread.start();
    }

    void stop() {
        stop.cancel();
    }

    Cancellation cancellation() {
        return stop;
    }

    private void run() {
        Optional<Throwable> failure = Optional.empty();
        try {
            for (Optional<Spans.Span> span = fetch.next(this); span.isPresent(); span = fetch.next(this)) {
                work(span.get());
            }
        } catch (Throwable e) {
            // Whatever it is, the thread that waits has to know.
            failure = Optional.of(e);
        }
        fetch.ended(this, failure);
    }

    private void work(Spans.Span span) {
        try {
            boolean done = false;
            while (!done) {
                done = ask(span);
            }
        } catch (SpanCut e) {
            // The stretch is whole.
        } finally {
            fetch.release(span);
        }
    }

    /** False where the same stretch is to be asked for again at another address. */
    private boolean ask(Spans.Span span) {
        long from = span.position();
        OptionalLong limit = span.limit();
        LaneSink sink = new LaneSink(fetch, remote, span, from, limit, fetch.isAlone());
        HttpAnswer answer = tools.http().receive(remote.call(from, limit), sink, stop);
        if (answer.status() == 416) {
            throw new TransferBroken("The server does not know the rest of the file any more.");
        }
        if (!answer.isSuccess()) {
            Optional<NetworkException> refusal = remote.refusal(answer);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            return false;
        }
        fetch.bodyEnded(span);
        return true;
    }
}
