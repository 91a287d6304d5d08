package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.progress.Cancellation;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads a list page by page, as the hub's {@code Link} headers lead, and no further than is wanted or sensible. */
final class Pages<T> {
    /** A thousand results are ten pages; fifty thousand files are fifty. */
    private static final int MOST_PAGES = 60;

    private final Api api;
    private final URI endpoint;
    private final String what;
    private final String repository;
    private final Cancellation cancellation;
    private final Set<T> found = new java.util.LinkedHashSet<>();
    private Optional<Instant> asOf = Optional.empty();
    private boolean more;

    Pages(Api api, URI endpoint, String what, String repository, Cancellation cancellation) {
        this.api = api;
        this.endpoint = endpoint;
        this.what = what;
        this.repository = repository;
        this.cancellation = cancellation;
    }

    /** Reads until there are so many, or no more. */
    void read(String first, int wanted, Function<String, List<T>> parser) {
        Set<String> asked = new HashSet<>();
        Optional<String> question = Optional.of(first);
        while (question.isPresent() && found.size() < wanted) {
            if (!asked.add(question.get()) || asked.size() > MOST_PAGES) {
                throw new NetworkException(
                        Reason.INVALID,
                        Addresses.origin(endpoint) + " has no end of pages with " + what + ": "
                                + (asked.size() > MOST_PAGES ? MOST_PAGES + " were read" : "one came twice") + ".",
                        "Narrow the search, and check HF_ENDPOINT: the hub itself does not answer so.");
            }
            Api.Said said = api.ask(question.get(), what, repository, cancellation);
            found.addAll(parser.apply(said.body()));
            // Of pages of different age the oldest says how old the whole is.
            asOf = said.asOf().isPresent()
                            && (asOf.isEmpty() || said.asOf().get().isBefore(asOf.get()))
                    ? said.asOf()
                    : asOf;
            question = said.next();
        }
        more = question.isPresent();
    }

    List<T> found() {
        return new ArrayList<>(found);
    }

    boolean hasMore() {
        return more;
    }

    Optional<Instant> asOf() {
        return asOf;
    }
}
