package ai.bearllm.download;

import ai.bearllm.model.BearException;

/** What arrived cannot be continued the way it was asked for. */
final class TransferBroken extends BearException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    private enum Kind {
        START_OVER,
        START_OVER_AT_ONCE,
        RANGES
    }

    private TransferBroken(String problem, Kind kind) {
        super(problem, "Try again; if it keeps happening, try another network or another mirror (HF_ENDPOINT).");
        this.kind = kind;
    }

    /** What is here belongs to other bytes, or cannot be told from them: the next try begins from nothing. */
    TransferBroken(String problem) {
        this(problem, Kind.START_OVER);
    }

    /** As that one, after a wait that was long enough. */
    static TransferBroken afterWait(String problem) {
        return new TransferBroken(problem, Kind.START_OVER_AT_ONCE);
    }

    /** What is here stays good, but the server does not serve several ranges side by side. */
    static TransferBroken ranges(String problem) {
        return new TransferBroken(problem, Kind.RANGES);
    }

    boolean isAboutRangesOnly() {
        return kind == Kind.RANGES;
    }

    boolean hasWaited() {
        return kind == Kind.START_OVER_AT_ONCE;
    }
}
