package ai.bearllm.download;

import ai.bearllm.model.BearException;

/** There is not enough room for what is still missing. */
final class NoSpace extends BearException {
    private static final long serialVersionUID = 1L;

    NoSpace(String problem, String fix) {
        super(problem, fix);
    }
}
