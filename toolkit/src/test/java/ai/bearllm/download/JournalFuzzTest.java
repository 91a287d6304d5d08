package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Journals and status files as a crash, another program or a person may leave them: read, or not believed. */
class JournalFuzzTest {
    @Tag("fuzz")
    @FuzzTest
    void readsAJournalOrDoesNot(byte[] bytes) {
        Journal.parse(new String(bytes, StandardCharsets.ISO_8859_1)).ifPresent(kept -> {
            long before = 0;
            for (Journal.Proof proof : kept.proofs()) {
                assertThat(proof.length())
                        .isGreaterThan(before)
                        .isLessThanOrEqualTo(kept.head().length());
                before = proof.length();
            }
        });
    }

    /** The checksums are right, whatever the lines say: a fuzzer alone would hardly ever come so far. */
    @Tag("fuzz")
    @FuzzTest
    void readsOrRefusesLinesWithTheirChecksums(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            text.append(Fields.checked(line));
        }
        Journal.parse(text.toString());
        Status.parse(text.toString())
                .ifPresent(report -> report.ending()
                        .ifPresent(ending -> assertThat(ending.sha256().hex()).hasSize(64)));
        Fields.parse(text.toString().strip())
                .ifPresent(fields -> assertThat(Fields.parse(fields.toString()).map(Fields::toString))
                        .contains(fields.toString()));
    }
}
