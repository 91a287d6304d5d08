package ai.bearllm.gguf;

import com.code_intelligence.jazzer.junit.FuzzTest;

class GgufFuzzTest {
    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest
    void readsOrRefuses(byte[] file) {
        ReadOrRefused.check(file);
    }
}
