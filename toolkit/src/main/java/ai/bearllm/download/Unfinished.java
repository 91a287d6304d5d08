package ai.bearllm.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an earlier session left of a download, or what another process has of one, told by its files alone.
 *
 * @param bytes how many are proven to be here, or on their way
 * @param isRunning whether a process fetches it at this moment
 */
public record Unfinished(long bytes, boolean isRunning) {
    /**
     * What there is of this target; empty where nothing can be continued.
     *
     * @param folder the downloads folder
     * @param target the file to be
     */
    public static Optional<Unfinished> of(Path folder, Path target) {
        Names names = Names.of(folder, target.toAbsolutePath().normalize());
        Optional<Status.Report> status = Files.exists(names.status()) ? Status.read(names.status()) : Optional.empty();
        boolean running = status.isPresent()
                && status.get().ending().isEmpty()
                && ProcessHandle.of(status.get().pid())
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
        if (running) {
            return Optional.of(new Unfinished(Math.max(0, status.get().done()), true));
        }
        try {
            List<Journal.Proof> proofs = Files.isRegularFile(names.part())
                    ? Journal.read(names.journal()).map(Journal.Kept::proofs).orElse(List.of())
                    : List.of();
            return proofs.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Unfinished(proofs.get(proofs.size() - 1).length(), false));
        } catch (IOException e) {
            // What cannot be read cannot be continued.
            return Optional.empty();
        }
    }
}
