package ai.bearllm.gguf;

import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.model.BearException;
import java.util.List;

/**
 * A file's bytes are not a GGUF file that can be read, or the parts of a split model are not one model. It is the only exception
 * that bad bytes cause; a file that cannot be opened is a plain {@link BearException}.
 */
public final class GgufFormatException extends BearException {
    private static final long serialVersionUID = 1L;
    static final String FIX = "Do not load this file; download it again and compare its SHA-256 with the source's.";

    private final transient List<Finding> findings;

    /**
     * @param findings the errors in the file's order, at least one, then what else was seen
     */
    GgufFormatException(String source, List<Finding> findings, String fix) {
        super(source + " is not a readable GGUF file. " + findings.get(0).sentence() + more(findings), fix);
        this.findings = List.copyOf(findings);
    }

    private static String more(List<Finding> findings) {
        long errors =
                findings.stream().filter(f -> f.severity() == Severity.ERROR).count();
        return errors > 1 ? " It is the first of " + errors + " errors." : "";
    }

    /** The first error: offset, found value, limit and rule. */
    public Finding finding() {
        return findings.get(0);
    }

    /** Everything that was found up to the place where the rest could only be guessed, at most 200; errors come first. */
    public List<Finding> findings() {
        return findings;
    }
}
