package ai.bearllm.registry;

import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.stores.ForeignFile;
import java.util.Optional;

/**
 * A model on this machine that could be adopted.
 *
 * @param found where it lies and what its store says about it
 * @param sha256 the digest of its bytes, as they were read and have not changed since; empty where nobody has read them yet
 * @param model the model that it is: by its digest if that is known, else by the one that its store claims; empty where the
 *     catalog has none with that digest, or there is none
 * @param isAdopted whether the library uses this very file already
 */
public record AdoptableModel(ForeignFile found, Optional<Sha256> sha256, Optional<ModelId> model, boolean isAdopted) {
    /** Whether its bytes were read and are what its store says; a store that says nothing is not contradicted. */
    public boolean isProven() {
        return sha256.isPresent() && !isContradicted();
    }

    /** Whether its bytes were read and are not what its store says. */
    public boolean isContradicted() {
        return sha256.isPresent()
                && found.claimed().isPresent()
                && !sha256.get().equals(found.claimed().get());
    }

    /** Why it will not be adopted; empty where it will. */
    public Optional<String> problem() {
        return isContradicted()
                ? Optional.of("its SHA-256 is not the one that its store says: it is damaged, or another file")
                : found.problem();
    }

    /** In words: how the model was recognized. */
    String matched() {
        if (model.isEmpty()) {
            return sha256.isPresent() || found.claimed().isPresent() ? "none" : "not known before it is read";
        }
        return model.get() + (sha256.isPresent() ? "" : ", as its store says");
    }

    String state() {
        return isAdopted ? "adopted" : problem().orElse("can be adopted");
    }
}
