package ai.bearllm.worker;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One generation on its way: passes the text on, and returns when the worker is done or the caller wants no more. */
final class Answer {
    /** How long a cancelled request may take to end by itself before its caller is freed without its counts. */
    private static final Duration PATIENCE = Duration.ofMillis(120);

    /** For what had come before the time was over, while the listener was busy. */
    private static final Duration LAST_LOOK = Duration.ofMillis(30);

    private final Worker worker;
    private final Connection connection;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final StringBuilder text = new StringBuilder();
    private final long start = System.nanoTime();
    private Optional<Duration> timeToFirstToken = Optional.empty();
    private Optional<RuntimeException> thrown = Optional.empty();
    private volatile long first;
    private final AtomicInteger pieces = new AtomicInteger();
    private boolean stopping;
    private boolean interrupted;
    private long deadline;

    Answer(Worker worker, GenerationRequest request, GenerationListener listener) {
        this.worker = worker;
        this.connection = worker.connection();
        this.request = request;
        this.listener = listener;
    }

    /** What a request returns that was cancelled before a worker saw it. */
    static Generation none(GenerationRequest request, Map<String, String> loaded) {
        return cancelled("", request, loaded, RunRecord.Times.UNKNOWN);
    }

    Generation await(Cancellation cancellation) {
        Exchange exchange = connection.send(id -> new Message.Generate(id, request));
        Cancellation.Registration wish = cancellation.onCancel(() -> exchange.add(new Exchange.Cancel()));
        try {
            Optional<Generation> result = await(exchange);
            // The wish may stand in the queue behind the last reply of a fast engine.
            stopping |= cancellation.isCancelled();
            return finish(result);
        } finally {
            wish.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The worker's own result; empty where it was cancelled and did not come in time. */
    private Optional<Generation> await(Exchange exchange) {
        while (true) {
            Exchange.Event event = next(exchange);
            if (event == null) {
                connection.abandon(exchange);
                return Optional.empty();
            }
            if (event instanceof Exchange.Cancel) {
                stop(exchange);
            } else if (event instanceof Exchange.Lost) {
                connection.done(exchange);
                if (stopping) {
                    return Optional.empty();
                }
                throw connection.died();
            } else if (event instanceof Exchange.Reply reply) {
                if (reply.message() instanceof Message.Text piece) {
                    pass(piece.text(), exchange);
                    continue;
                }
                connection.done(exchange);
                if (reply.message() instanceof Message.Generated generated) {
                    return Optional.of(generated.generation());
                }
                throw Failure.of(reply.message(), connection.log());
            }
        }
    }

    /** Null where a cancelled request has had its time: also where text still comes and comes. */
    private Exchange.@Nullable Event next(Exchange exchange) {
        while (true) {
            try {
                if (!stopping) {
                    return exchange.take();
                }
                long left = deadline - System.nanoTime();
                return left < -LAST_LOOK.toNanos() ? null : exchange.poll(Duration.ofNanos(left));
            } catch (InterruptedException e) {
                interrupted = true;
                stop(exchange);
            }
        }
    }

    /**
     * Pieces of text a second so far, from the first one on; most pieces are one token. Any thread may ask. Empty before the
     * second piece.
     */
    OptionalDouble rate() {
        int after = pieces.get() - 1;
        return after < 1 ? OptionalDouble.empty() : OptionalDouble.of(after * 1e9 / (System.nanoTime() - first));
    }

    private void stop(Exchange exchange) {
        if (!stopping) {
            stopping = true;
            deadline = System.nanoTime() + PATIENCE.toNanos();
            connection.cancel(exchange);
        }
    }

    private void pass(String piece, Exchange exchange) {
        if (thrown.isPresent() || (stopping && System.nanoTime() > deadline)) {
            return;
        }
        if (timeToFirstToken.isEmpty()) {
            first = System.nanoTime();
            timeToFirstToken = Optional.of(Duration.ofNanos(first - start));
        }
        pieces.incrementAndGet();
        text.append(piece);
        try {
            listener.onText(piece);
        } catch (RuntimeException e) {
            thrown = Optional.of(e);
            stop(exchange);
        }
    }

    private Generation finish(Optional<Generation> result) {
        if (thrown.isPresent()) {
            throw thrown.get();
        }
        if (interrupted) {
            throw new CancellationException("the generation was interrupted");
        }
        RunRecord.Times times = result.map(Generation::times).orElse(RunRecord.Times.UNKNOWN);
        RunRecord.Times timed = new RunRecord.Times(
                times.load(), timeToFirstToken, times.prompt(), times.decode(), Optional.of(since(start)));
        if (result.isEmpty()) {
            return cancelled(text.toString(), request, worker.report().parameters(), timed);
        }
        Generation generation = result.get();
        boolean whole = generation.text().contentEquals(text);
        return generation
                .with(
                        text.toString(),
                        whole ? generation.tokenIds() : Optional.empty(),
                        stopping ? FinishReason.CANCELLED : generation.finishReason())
                .with(timed);
    }

    /** A result without the engine's own counts. */
    private static Generation cancelled(
            String text, GenerationRequest request, Map<String, String> loaded, RunRecord.Times times) {
        Map<String, String> parameters = new LinkedHashMap<>(loaded);
        parameters.put("maxTokens", Integer.toString(request.maxTokens()));
        parameters.put("cancelled", "before the engine told its counts; it is ended if it goes on");
        return new Generation(
                text,
                Optional.empty(),
                new RunRecord.Tokens(
                        OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
                times,
                FinishReason.CANCELLED,
                parameters);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
