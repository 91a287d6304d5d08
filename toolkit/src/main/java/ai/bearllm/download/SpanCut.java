package ai.bearllm.download;

/** Ends a request whose stretch is whole while the server would send more. Not a failure. */
final class SpanCut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SpanCut() {
        super("enough", null, false, false);
    }
}
