package ai.bearllm.gguf;

import ai.bearllm.model.BearException;

/**
 * A file's bytes are not a GGUF file that can be read. It is the only exception that bad bytes cause; a file that cannot be
 * opened is a plain {@link BearException}.
 */
public final class GgufFormatException extends BearException {
    private static final long serialVersionUID = 1L;
    static final String FIX = "Do not load this file; download it again and compare its SHA-256 with the source's.";

    private final transient Finding finding;

    GgufFormatException(String source, Finding finding) {
        this(source, finding, FIX);
    }

    GgufFormatException(String source, Finding finding, String fix) {
        super(source + " is not a readable GGUF file. " + finding.sentence(), fix);
        this.finding = finding;
    }

    /** Offset, found value, limit and rule. */
    public Finding finding() {
        return finding;
    }
}
