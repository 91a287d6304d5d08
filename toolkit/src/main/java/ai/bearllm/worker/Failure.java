package ai.bearllm.worker;

import ai.bearllm.model.BearException;
import java.util.concurrent.CancellationException;

/** Failures on their way through the connection: what a request failed with in the worker is thrown here as the same kind. */
final class Failure {
    private Failure() {}

    /** What a failure in the worker is sent as. */
    static Message.Failed message(long id, Throwable failure) {
        if (failure instanceof BearException known) {
            return new Message.Failed(id, Message.Kind.PROBLEM, known.problem(), known.fix());
        }
        Message.Kind kind = failure instanceof IllegalArgumentException
                ? Message.Kind.MISUSE
                : failure instanceof CancellationException
                        ? Message.Kind.CANCELLED
                        : failure instanceof IllegalStateException ? Message.Kind.STATE : Message.Kind.DEFECT;
        String text = kind == Message.Kind.DEFECT ? failure.toString() : String.valueOf(failure.getMessage());
        return new Message.Failed(id, kind, text, "");
    }

    /** What a reply that is not the expected one is thrown as. */
    static RuntimeException of(Message reply, WorkerLog log) {
        if (!(reply instanceof Message.Failed failed)) {
            return new BearException(
                    "The worker answered with "
                            + reply.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
                            + " where something else was asked for.",
                    "Report this; the worker's log is " + log.file() + ".");
        }
        return switch (failed.kind()) {
            case PROBLEM -> new BearException(failed.problem(), failed.fix());
            case MISUSE -> new IllegalArgumentException(failed.problem());
            case STATE -> new IllegalStateException(failed.problem());
            case CANCELLED -> new CancellationException(failed.problem());
            case DEFECT ->
                new BearException(
                        "The engine failed in its worker: " + failed.problem() + ".",
                        "Report this; the worker's log is " + log.file() + ".");
        };
    }

    /** A worker that was ended because of what it said, or what it did not stop. */
    static BearException ofConnection(String why, WorkerLog log) {
        return new BearException(
                "The worker's answer cannot be read: " + why + ".",
                "Ask again: a new worker is started by itself; if it happens again, report it with " + log.file()
                        + ".");
    }
}
