package ai.bearllm.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Hands a body on, piece by piece, and can be stopped from another thread. */
final class BodyPump implements HttpResponse.BodySubscriber<Boolean> {
    private final Receiver receiver;
    private final Watch watch;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;
    private boolean stopped;

    BodyPump(Receiver receiver, Watch watch) {
        this.receiver = receiver;
        this.watch = watch;
    }

    /** One that reads nothing and fails with this. */
    static BodyPump refusing(Throwable refusal, Watch watch) {
        BodyPump pump = new BodyPump(bytes -> false, watch);
        pump.stopped = true;
        pump.done.completeExceptionally(new SinkFailure(refusal));
        return pump;
    }

    @Override
    public CompletionStage<Boolean> getBody() {
        return done;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription incoming) {
        if (stopped || subscription != null) {
            incoming.cancel();
            return;
        }
        subscription = incoming;
        incoming.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        Flow.Subscription source;
        synchronized (this) {
            source = subscription;
            if (stopped || source == null) {
                return;
            }
            long count = 0;
            for (ByteBuffer some : bytes) {
                count += some.remaining();
            }
            watch.pause(count);
            try {
                stopped = !receiver.accept(bytes);
            } catch (Throwable e) {
                // Errors too: the caller waits on `done`, and the client's own threads would swallow them.
                stopped = true;
                done.completeExceptionally(new SinkFailure(e));
            } finally {
                watch.touch();
            }
            if (stopped) {
                source.cancel();
                done.complete(false);
                return;
            }
        }
        source.request(1);
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(true);
    }

    /** After the return the receiver is called no more. */
    synchronized void stop() {
        stopped = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }

    /** Takes the pieces. */
    @FunctionalInterface
    interface Receiver {
        /** Uses the bytes up; false where no more are wanted. */
        boolean accept(List<ByteBuffer> bytes) throws IOException;
    }
}
