package ai.bearllm.signature;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class SignatureFuzzTest {
    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void readsOrRefusesABundle(byte[] file) {
        AnyBytes.bundle(file);
    }

    @FuzzTest(maxDuration = "2h")
    void readsOrRefusesAStatement(byte[] payload) {
        AnyBytes.statement(payload);
    }

    @FuzzTest(maxDuration = "2h")
    void readsOrRefusesAKeyOrCertificate(byte[] pem) {
        AnyBytes.pem(new String(pem, StandardCharsets.ISO_8859_1));
    }
}
