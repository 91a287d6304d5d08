package ai.bearllm.grammar;

import ai.bearllm.model.BearException;

/** A grammar that engines could not use, with the place in its text. */
public final class GrammarException extends BearException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    GrammarException(int line, int column, String problem, String fix) {
        super("The grammar's line " + line + ", column " + column + ": " + problem, fix);
        this.line = line;
        this.column = column;
    }

    /** Where it is: lines count from 1. */
    public int line() {
        return line;
    }

    /** Where it is in its line: Java's characters count from 1. */
    public int column() {
        return column;
    }
}
