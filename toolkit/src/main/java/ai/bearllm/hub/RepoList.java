package ai.bearllm.hub;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Repositories that were found.
 *
 * @param repositories in the order that was asked for
 * @param more whether the hub has more of them
 * @param asOf when the hub said so, where it could not be reached now; empty where it said so now
 */
public record RepoList(List<RepoInfo> repositories, boolean more, Optional<Instant> asOf) {
    public RepoList {
        repositories = List.copyOf(repositories);
    }
}
