package ai.bearllm.download;

import ai.bearllm.download.DownloadResult.Proof;
import ai.bearllm.hub.FileInfo;
import ai.bearllm.hub.NetworkException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What a source says about a file, and what was declared, brought together before the first byte.
 *
 * @param info what the hub says; empty for other sources
 * @param size empty where nobody says
 * @param expected the digest to compare with; empty where nobody declared one
 * @param proof who declared it
 */
record Question(Optional<FileInfo> info, OptionalLong size, Optional<Sha256> expected, Proof proof) {

    /**
     * Asks.
     *
     * @param waitOut is given a failure of the network, and waits or throws it
     * @throws BearException where source and declaration disagree
     */
    static Question ask(DownloadRequest request, Cancellation cancellation, Consumer<NetworkException> waitOut) {
        Optional<FileInfo> info = request.source() instanceof Source.OnHub hosted
                ? Optional.of(ask(hosted, cancellation, waitOut))
                : Optional.empty();
        Optional<Sha256> hub = info.flatMap(FileInfo::sha256);
        requireAgreedDigest(request, hub);
        Proof proof = request.sha256().isPresent() ? Proof.DECLARED : hub.isPresent() ? Proof.HUB : Proof.PINNED;
        return new Question(info, agreedSize(request, info), request.sha256().or(() -> hub), proof);
    }

    private static FileInfo ask(Source.OnHub hosted, Cancellation cancellation, Consumer<NetworkException> waitOut) {
        while (true) {
            try {
                return hosted.hub().file(hosted.file(), cancellation);
            } catch (NetworkException e) {
                waitOut.accept(e);
            }
        }
    }

    private static OptionalLong agreedSize(DownloadRequest request, Optional<FileInfo> info) {
        OptionalLong declared = request.sizeBytes();
        OptionalLong hub = info.map(FileInfo::sizeBytes).orElse(OptionalLong.empty());
        if (declared.isPresent() && hub.isPresent() && declared.getAsLong() != hub.getAsLong()) {
            throw new BearException(
                    "The hub's file has " + new ByteSize(hub.getAsLong()) + " (" + hub.getAsLong() + " bytes) but "
                            + declared.getAsLong() + " bytes are declared. Nothing was fetched.",
                    "The file was replaced on the hub; pin the commit that is meant, or correct the entry.");
        }
        return declared.isPresent() ? declared : hub;
    }

    private static void requireAgreedDigest(DownloadRequest request, Optional<Sha256> hub) {
        if (hub.isPresent() && request.sha256().isPresent() && !hub.equals(request.sha256())) {
            throw new BearException(
                    "The hub's file has the SHA-256 " + hub.get().brief() + "… but "
                            + request.sha256().get().brief() + "… is declared. Nothing was fetched.",
                    "The file was replaced on the hub; pin the commit that is meant, or correct the entry.");
        }
    }
}
