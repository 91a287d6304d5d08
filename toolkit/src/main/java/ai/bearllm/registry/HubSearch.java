package ai.bearllm.registry;

import ai.bearllm.hub.HubQuery;
import ai.bearllm.hub.RepoInfo;
import ai.bearllm.hub.RepoList;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.table.Tabular;
import java.util.List;
import java.util.Locale;

/**
 * A search on the Hugging Face Hub. Each step returns a narrower one; the hub is asked when it is shown or listed, page after
 * page. Repositories with GGUF files, the most downloaded first, where nothing else is said.
 */
public final class HubSearch implements Tabular {
    private static final int USUAL_LIMIT = 20;
    private static final int MOST = 1000;

    private final HubModels hub;
    private final HubQuery query;
    private final int limit;

    private HubSearch(HubModels hub, HubQuery query, int limit) {
        this.hub = hub;
        this.query = query;
        this.limit = limit;
    }

    static HubSearch of(HubModels hub, String words) {
        return new HubSearch(hub, HubQuery.of(words), USUAL_LIMIT);
    }

    private HubSearch with(HubQuery next) {
        return new HubSearch(hub, next, limit);
    }

    /** Those of this owner, for example {@code bartowski}. */
    public HubSearch by(String author) {
        return with(query.author(author));
    }

    /** Those with this tag of the hub, for example {@code text-generation}, {@code conversational}, {@code en}. */
    public HubSearch tagged(String tag) {
        return with(query.tag(tag));
    }

    /** Those under this license, as the hub writes it, for example {@code apache-2.0}, {@code mit}, {@code llama3.1}. */
    public HubSearch licensed(String license) {
        return with(query.tag("license:" + license.strip().toLowerCase(Locale.ROOT)));
    }

    /** Those that everybody may have at once. */
    public HubSearch open() {
        return with(query.gated(false));
    }

    /** Those whose owner asks for something first: terms to accept, or leave. */
    public HubSearch gated() {
        return with(query.gated(true));
    }

    /** Also those without GGUF files, which the engines here do not load. */
    public HubSearch anyFormat() {
        return with(query.withoutTag("gguf"));
    }

    /** The most downloaded of the last 30 days first. */
    public HubSearch mostDownloaded() {
        return with(query.order(HubQuery.Order.DOWNLOADS));
    }

    /** The most liked first. */
    public HubSearch mostLiked() {
        return with(query.order(HubQuery.Order.LIKES));
    }

    /** The last changed first. */
    public HubSearch lastUpdated() {
        return with(query.order(HubQuery.Order.UPDATED));
    }

    /**
     * No more than so many.
     *
     * @param count 1 to 1000; 20 where nothing is said
     */
    public HubSearch limit(int count) {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("a limit must be 1 to " + MOST + " but was " + count);
        }
        return new HubSearch(hub, query, count);
    }

    /**
     * What was found; asks the hub.
     *
     * @throws ai.bearllm.hub.NetworkException where it cannot be asked and has not answered this before
     */
    public List<HubRepository> list() {
        return repositories(hub.search(query, limit));
    }

    /**
     * The first that was found; asks the hub.
     *
     * @throws BearException where nothing was found, or the hub cannot be asked
     */
    public HubRepository first() {
        List<HubRepository> found = repositories(hub.search(query, 1));
        if (found.isEmpty()) {
            throw new BearException(
                    "The hub has nothing for " + query + ".",
                    "Try fewer or other words: each must stand in the repository's name.");
        }
        return found.get(0);
    }

    private List<HubRepository> repositories(RepoList found) {
        return found.repositories().stream()
                .map(info -> new HubRepository(hub, info))
                .toList();
    }

    @Override
    public Sheet sheet() {
        RepoList found = hub.search(query, limit);
        List<RepoInfo> infos = found.repositories();
        Sheet.Builder sheet = Sheet.of(
                        (infos.size() == 1 ? "1 repository: " : infos.size() + " repositories: ") + query)
                .columns("repository", "downloads", "likes", "updated", "license", "GGUF files", "access");
        for (RepoInfo info : infos) {
            sheet.row(
                    Shown.line(info.id()),
                    info.downloads().isPresent() ? info.downloads().getAsLong() : null,
                    info.likes().isPresent() ? info.likes().getAsLong() : null,
                    info.lastModified().orElse(null),
                    info.license().map(Shown::line).orElse(null),
                    info.ggufFiles().size(),
                    HubRepository.access(info));
        }
        if (found.more()) {
            sheet.note("There are more: .limit(" + Math.min(MOST, 5 * limit) + ") shows them.");
        }
        found.asOf().ifPresent(when -> sheet.note("As of " + Sheet.format(when) + ": the hub cannot be reached now."));
        return sheet.note(
                        infos.isEmpty()
                                ? "Try fewer or other words: each must stand in the repository's name."
                                : ".first().quantizations() compares the files of one; .first().file(\"Q4_K_M\").add() adds one.")
                .build();
    }

    /** What is looked for; asks nobody. */
    @Override
    public String toString() {
        String words = query.toString();
        return "search for " + (words.length() > 40 ? words.substring(0, 39) + "…" : words) + " (.show() asks the hub)";
    }
}
