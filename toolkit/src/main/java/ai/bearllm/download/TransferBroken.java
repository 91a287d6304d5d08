package ai.bearllm.download;

import ai.bearllm.model.BearException;

/** What arrived cannot be continued where it ended; the next try may begin from nothing. */
final class TransferBroken extends BearException {
    private static final long serialVersionUID = 1L;

    TransferBroken(String problem) {
        super(problem, "Try again; if it keeps happening, try another network or another mirror (HF_ENDPOINT).");
    }
}
