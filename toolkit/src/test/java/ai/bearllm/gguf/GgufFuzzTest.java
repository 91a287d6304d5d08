package ai.bearllm.gguf;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Both run their saved inputs in every build, and look for new ones where {@code JAZZER_FUZZ=1} is set. */
class GgufFuzzTest {
    @FuzzTest(maxDuration = "2h")
    void readsOrRefuses(byte[] file) {
        ReadOrRefused.check(file);
    }

    /** Up to four parts of a model, each with its length in front. */
    @FuzzTest(maxDuration = "2h")
    void joinsOrRefuses(byte[] files) {
        ReadOrRefused.checkParts(files);
    }
}
