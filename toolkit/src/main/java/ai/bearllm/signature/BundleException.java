package ai.bearllm.signature;

/** A signature file that is damaged or of a kind that is not supported. The only exception of the readers, whatever the bytes. */
final class BundleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unsupported;
    private final String found;
    private final String expected;

    private BundleException(boolean unsupported, String found, String expected) {
        super(found + (expected.isEmpty() ? "" : "; expected " + expected));
        this.unsupported = unsupported;
        this.found = found;
        this.expected = expected;
    }

    static BundleException invalid(String found, String expected) {
        return new BundleException(false, found, expected);
    }

    /** A legitimate kind of signature that this toolkit does not check. */
    static BundleException unsupported(String what) {
        return new BundleException(true, what, "");
    }

    boolean isUnsupported() {
        return unsupported;
    }

    String found() {
        return found;
    }

    String expected() {
        return expected;
    }
}
