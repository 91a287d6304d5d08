package ai.bearllm.registry;

import ai.bearllm.model.BearException;

/** A catalog file that cannot be used; the problem names the file and the JSON path of the fault. */
public final class CatalogException extends BearException {
    private static final long serialVersionUID = 1L;

    CatalogException(String file, String path, String fault) {
        super(
                "The catalog " + file + " is wrong at " + path + ": " + fault + ".",
                "Mend that entry; the form of a catalog is described in registry.schema.json.");
    }
}
