package ai.bearllm.validation;

import ai.bearllm.model.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an unchanged file from earlier.
 *
 * @param sha256 its digest
 * @param when its bytes were read
 * @param level of the validation that it passed then; empty where it was only digested, or failed
 * @param passed the names of the checks that it passed
 * @param rules the version of the rules that it passed; those of today are {@link Validator#RULES}
 */
public record Remembered(Sha256 sha256, Instant when, Optional<Level> level, List<String> passed, int rules) {
    public Remembered {
        passed = List.copyOf(passed);
    }

    /** Whether it passed a full validation by today's rules. */
    public boolean isSound() {
        return rules == Validator.RULES && level.isPresent() && level.get() == Level.FULL;
    }
}
