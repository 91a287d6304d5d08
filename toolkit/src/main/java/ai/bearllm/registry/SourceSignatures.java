package ai.bearllm.registry;

import ai.bearllm.hub.Hub;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Brings the signatures that sources have beside their files, where signatures count here. */
final class SourceSignatures {
    /** A signature lists the digests of a model's files. */
    private static final int MOST_BYTES = 4 << 20;

    private final SignatureGate gate;
    private final Supplier<Hub> hub;

    SourceSignatures(SignatureGate gate, Supplier<Hub> hub) {
        this.gate = gate;
        this.hub = hub;
    }

    /**
     * Holds a file that has arrived against the home's policy.
     *
     * @param verified where it lies for now
     * @param place where it will lie
     * @return its source's signature of it; empty where signatures do not count, or there is none
     * @throws BearException where the policy refuses the file
     */
    Optional<byte[]> require(Path verified, Sha256 sha256, ModelFile part, Path place) {
        if (!gate.isActive()) {
            return Optional.empty();
        }
        Path beside = SignatureGate.beside(verified);
        Optional<byte[]> signature = signature(part, place);
        try {
            signature.ifPresent(bytes -> keep(bytes, beside));
            gate.require(verified, sha256, SignatureGate.nameWhenSigned(part), signature.map(bytes -> beside));
            return signature;
        } finally {
            beside.toFile().delete();
        }
    }

    private Optional<byte[]> signature(ModelFile part, Path place) {
        try {
            if (part.origin() instanceof Origin.HubFile file) {
                Origin.HubFile beside = new Origin.HubFile(file.repository(), file.revision(), file.path() + ".sig");
                return Optional.of(hub.get().read(beside, MOST_BYTES));
            }
            Path own = SignatureGate.beside(place);
            return Files.exists(own) ? Optional.of(Files.readAllBytes(own)) : Optional.empty();
        } catch (NetworkException e) {
            if (e.reason() == NetworkException.Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (IOException e) {
            throw new BearException(
                    "The signature of " + place + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    /** Writes a signature. */
    static void keep(byte[] signature, Path target) {
        try {
            Files.write(target, signature);
        } catch (IOException e) {
            throw new BearException(
                    "The signature could not be kept at " + target + ": " + e + ".", "Check permissions.", e);
        }
    }
}
