package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.model.Sha256;
import ai.bearllm.signature.SignatureCheck;
import ai.bearllm.signature.SignaturePolicy;
import ai.bearllm.signature.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The check of a file's signature, by the caller's policy. */
final class Signed {
    private static final String NAME = "signature";

    private Signed() {}

    /** Makes the check; the file is not read again, because its digest is known. */
    static void check(Path file, Given given, Optional<Sha256> digest, Checks checks) {
        if (given.policy.isEmpty()) {
            return;
        }
        if (digest.isEmpty()) {
            checks.skipped(NAME, "a quick validation does not read the whole file, and its digest is not known");
            return;
        }
        SignatureCheck outcome = Verification.of(file)
                .policy(given.policy.get())
                .digests(path -> isSame(path, file) ? digest : remembered(path, given))
                .listener((hashed, total) -> given.cancellation.check())
                .check();
        report(outcome, given.policy.get(), checks);
    }

    private static void report(SignatureCheck outcome, SignaturePolicy policy, Checks checks) {
        String sentence = outcome.sentence().replaceFirst("\\.$", "");
        if (outcome.ok()) {
            checks.passed(NAME, sentence);
        } else if (policy.reaction(outcome) == SignaturePolicy.Reaction.REFUSE) {
            checks.add(new Check.Failed(NAME, sentence, "a signature that holds, by somebody trusted", outcome.fix()));
        } else {
            checks.skipped(NAME, sentence);
            if (policy.warning(outcome).isPresent()) {
                checks.note(Finding.of(
                        Severity.WARNING,
                        NAME,
                        sentence,
                        "a signature by somebody trusted",
                        "nobody vouches for the file"));
            }
        }
    }

    private static Optional<Sha256> remembered(Path path, Given given) {
        return given.memory.flatMap(memory -> memory.of(path)).map(Remembered::sha256);
    }

    private static boolean isSame(Path path, Path file) {
        try {
            return Files.isSameFile(path, file);
        } catch (IOException e) {
            return false;
        }
    }
}
