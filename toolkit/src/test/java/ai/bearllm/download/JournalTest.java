package ai.bearllm.download;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Journal.Head HEAD = new Journal.Head(
            "hf:bear/tïny@main/a \"b\".gguf from 127.0.0.1",
            Optional.of("0".repeat(40)),
            "\"tag\"",
            100,
            Optional.of(new Sha256("a".repeat(64))));
    private static final List<Journal.Proof> PROOFS = List.of(
            new Journal.Proof(16, new Sha256("b".repeat(64))), new Journal.Proof(32, new Sha256("c".repeat(64))));

    @TempDir
    Path folder;

    private String written() throws IOException {
        Path path = folder.resolve("x.journal");
        try (Journal journal = Journal.begin(path, HEAD, PROOFS.subList(0, 1))) {
            journal.add(PROOFS.get(1));
        }
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    @Test
    void saysWhatWasWritten() throws IOException {
        assertThat(Journal.parse(written())).contains(new Journal.Kept(HEAD, PROOFS));
        assertThat(Journal.read(folder.resolve("x.journal"))).contains(new Journal.Kept(HEAD, PROOFS));
        assertThat(Journal.read(folder.resolve("none"))).isEmpty();
    }

    @Test
    void believesNoLineThatWasCutOrChanged() throws IOException {
        String text = written();
        for (int length = 0; length < text.length(); length++) {
            Journal.parse(text.substring(0, length))
                    .ifPresent(kept -> assertThat(kept.proofs()).isSubsetOf(PROOFS));
        }
        Random random = new Random(5);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder edited = new StringBuilder(text);
            edited.setCharAt(random.nextInt(edited.length()), (char) random.nextInt(256));
            Journal.parse(edited.toString()).ifPresent(kept -> {
                assertThat(kept.head()).isEqualTo(HEAD);
                assertThat(kept.proofs()).isSubsetOf(PROOFS);
            });
        }
    }

    @Test
    void lengthsThatGoBackOrBeyondTheFileEndIt() throws IOException {
        Path path = folder.resolve("x.journal");
        for (long length : new long[] {16, 8, 101}) {
            try (Journal journal = Journal.begin(path, HEAD, PROOFS.subList(0, 1))) {
                journal.add(new Journal.Proof(length, PROOFS.get(0).digest()));
            }
            assertThat(Journal.read(path).orElseThrow().proofs()).hasSize(1);
        }
    }
}
