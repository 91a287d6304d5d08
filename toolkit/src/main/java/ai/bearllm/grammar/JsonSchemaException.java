package ai.bearllm.grammar;

import ai.bearllm.model.BearException;

/** A JSON schema that cannot become a grammar, with the place in it. */
public final class JsonSchemaException extends BearException {
    private static final long serialVersionUID = 1L;

    private final String path;

    JsonSchemaException(String path, String problem, String fix) {
        super("The JSON schema at " + path + ": " + problem, fix);
        this.path = path;
    }

    /** Where it is, as a JSON pointer behind {@code #}, for example {@code #/properties/age/minimum}. */
    public String path() {
        return path;
    }
}
