package ai.bearllm.signature;

import java.nio.file.Path;

/** Whether the bytes of a bundle pass for a trusted signer's. */
final class Passing {
    private Passing() {}

    static boolean signer(byte[] bundle, SignaturePolicy policy) {
        try {
            Bundle read = BundleReader.read(bundle);
            SignerCheck.Outcome outcome = new SignerCheck(Path.of("m"), Path.of("m.sig"), policy).check(read);
            if (outcome.trusted() == null) {
                return false;
            }
            StatementReader.read(read.payload());
            return true;
        } catch (BundleException e) {
            return false;
        }
    }

    /** The signed bytes of a bundle that was read before. */
    static byte[] payload(byte[] bundle) {
        try {
            return BundleReader.read(bundle).payload();
        } catch (BundleException e) {
            throw new AssertionError(e);
        }
    }
}
