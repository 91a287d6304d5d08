package ai.bearllm.hub;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Hugging Face Hub, or a mirror of it: finds repositories and files, and says what they are. Downloads nothing itself.
 *
 * <p>Each failure is a {@link NetworkException} that says what to do.
 */
public final class Hub {
    private static final URI PUBLIC = URI.create("https://huggingface.co");
    private static final int MAX_RESULTS = 1000;
    private static final int PAGE = 100;
    private static final int MOST_FILES = 50_000;
    private static final Pattern REPOSITORY = Pattern.compile("[\\w-][\\w.-]{0,95}(/[\\w-][\\w.-]{0,95})?");
    private static final Pattern FILE = Pattern.compile("([\\w.-]+/[\\w.-]+)/(?:resolve|blob|raw)/([^/]+)/(.+)");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private final Http http;
    private final URI endpoint;
    private final Supplier<Optional<AccessToken>> token;
    private final Api api;

    /**
     * @param endpoint where the hub is, for example {@code https://huggingface.co}
     * @param token asked before each request, so that a login in between counts
     */
    public Hub(Http http, URI endpoint, Supplier<Optional<AccessToken>> token) {
        this(http, endpoint, token, Optional.empty());
    }

    private Hub(Http http, URI endpoint, Supplier<Optional<AccessToken>> token, Optional<AnswerCache> cache) {
        if (!Addresses.isHttp(endpoint)) {
            throw new BearException(
                    "The hub's address \"" + Failures.brief(endpoint.toString()) + "\" is no http or https address.",
                    "Set HF_ENDPOINT to something like https://huggingface.co, or unset it.");
        }
        this.http = http;
        this.endpoint = endpoint;
        this.token = token;
        this.api = new Api(http, endpoint, token, cache);
    }

    /**
     * The same hub, whose answers about repositories are kept in this folder: what has not changed is not sent again, and where
     * the hub cannot be reached they are given as of when they came. At most some 50 MB; made when needed.
     */
    public Hub remembering(Path folder, Clock clock) {
        return new Hub(http, endpoint, token, Optional.of(new AnswerCache(folder, clock)));
    }

    /**
     * The hub that {@code HF_ENDPOINT} names, else the public one, with the token that the hub's own tools use.
     *
     * @param environment the process's environment
     */
    public static Hub of(Http http, Map<String, String> environment) {
        String text = Environment.value(environment, "HF_ENDPOINT").orElse(PUBLIC.toString());
        URI endpoint;
        try {
            endpoint = URI.create(text.replaceFirst("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new BearException(
                    "HF_ENDPOINT is \"" + Failures.brief(text) + "\", which is no address.",
                    "Set it to something like https://huggingface.co, or unset it.",
                    e);
        }
        Path home = Path.of(System.getProperty("user.home", "."));
        return new Hub(http, endpoint, () -> AccessToken.find(environment, home));
    }

    /** Where the hub is. */
    public URI endpoint() {
        return endpoint;
    }

    Http http() {
        return http;
    }

    /** The file that an address of this hub is about, be it the file's own or its page's; empty for any other address. */
    Optional<Origin.HubFile> locate(URI address) {
        String base = Optional.ofNullable(endpoint.getRawPath()).orElse("") + "/";
        String path = Optional.ofNullable(address.getRawPath()).orElse("");
        if (!Addresses.sameOrigin(endpoint, address) || !path.startsWith(base)) {
            return Optional.empty();
        }
        Matcher file = FILE.matcher(path.substring(base.length()));
        return file.matches()
                ? Optional.of(new Origin.HubFile(file.group(1), decoded(file.group(2)), decoded(file.group(3))))
                : Optional.empty();
    }

    private static String decoded(String part) {
        return URI.create("/" + part).getPath().substring(1);
    }

    /** As {@link #file(Origin.HubFile, Cancellation)}, which nobody cancels: it ends by its timeouts. */
    public FileInfo file(Origin.HubFile file) {
        return file(file, Cancellation.create());
    }

    /**
     * Asks what a file is, without its bytes.
     *
     * <p>Source: the headers of {@code HEAD /{id}/resolve/{revision}/{path}}; for large files they stand on the redirect
     * itself ({@code X-Repo-Commit}, {@code X-Linked-Etag}, {@code X-Linked-Size}).
     */
    public FileInfo file(Origin.HubFile file, Cancellation cancellation) {
        Optional<AccessToken> secret = token.get();
        HttpAnswer answer =
                http.head(HttpCall.head(resolve(file)).token(secret), RedirectRule.WITHIN_HUB, cancellation);
        if (!answer.isSuccess() && !Redirects.isRedirect(answer.status())) {
            throw Refusals.of(answer, words(file), file.repository(), secret.isPresent());
        }
        boolean linked = Redirects.isRedirect(answer.status());
        Optional<String> etag =
                answer.header("x-linked-etag").or(() -> answer.header("etag")).flatMap(Hub::unquoted);
        OptionalLong size = answer.number("x-linked-size");
        if (size.isEmpty() && !linked) {
            size = answer.number("content-length");
        }
        Optional<URI> location =
                linked ? Optional.of(Redirects.target(answer.uri(), answer.headers())) : Optional.empty();
        String commit = answer.header("x-repo-commit")
                .filter(text -> COMMIT.matcher(text).matches())
                .orElse(file.revision());
        return new FileInfo(
                new Origin.HubFile(file.repository(), commit, file.path()),
                etag,
                etag.filter(text -> text.length() == 64).flatMap(Hub::digest),
                size,
                location);
    }

    /**
     * A small file whole, for example a signature.
     *
     * @param maxBytes more is refused
     */
    public byte[] read(Origin.HubFile file, int maxBytes) {
        HttpAnswer answer = http.read(download(file), maxBytes, Cancellation.create());
        if (!answer.isSuccess()) {
            throw refusal(answer, file);
        }
        return answer.bytes();
    }

    /**
     * The request for a file's bytes, with the token for the hub. Whoever makes it needs {@link #refusal} for answers that
     * are no success.
     */
    public HttpCall download(Origin.HubFile file) {
        return HttpCall.get(resolve(file)).token(token.get());
    }

    /**
     * As {@link #download(Origin.HubFile)}, at the address that served the file a moment ago: a second stretch of it asks the hub
     * nothing. Such an address runs out; then the hub has a new one. The token goes along only where the hub itself serves.
     */
    public HttpCall download(Origin.HubFile file, URI served) {
        HttpCall call = HttpCall.get(served);
        return Addresses.sameOrigin(served, resolve(file)) ? call.token(token.get()) : call;
    }

    /** What an unsuccessful answer to {@link #download} means. */
    public NetworkException refusal(HttpAnswer answer, Origin.HubFile file) {
        return Refusals.of(answer, words(file), file.repository(), token.get().isPresent());
    }

    /** As {@link #model(String, Cancellation)}, which nobody cancels. */
    public RepoInfo model(String id) {
        return model(id, Cancellation.create());
    }

    /**
     * A repository with its files, sizes and digests. Its id is the new one where it was renamed.
     *
     * @param id {@code owner/name}
     */
    public RepoInfo model(String id, Cancellation cancellation) {
        requireRepository(id);
        Api.Said said = api.ask("/api/models/" + id + "?blobs=true", "the repository " + id, id, cancellation);
        return RepoJson.one(said.body(), endpoint).asOf(said.asOf());
    }

    static boolean isRepository(String id) {
        return REPOSITORY.matcher(id).matches() && !id.contains("..");
    }

    private static void requireRepository(String id) {
        if (!isRepository(id)) {
            throw new IllegalArgumentException("a repository is owner/name but was \"" + Failures.brief(id) + "\"");
        }
    }

    /**
     * The files of a repository at a revision, page after page, with sizes and, for large ones, digests.
     *
     * <p>Source: {@code GET /api/models/{id}/tree/{revision}?recursive=true}; {@code lfs.oid} is a large file's SHA-256.
     *
     * @param id {@code owner/name}
     * @param revision a commit, branch or tag
     */
    public List<RepoFile> files(String id, String revision, Cancellation cancellation) {
        requireRepository(id);
        Pages<RepoFile> pages = new Pages<>(api, endpoint, "the files of " + id, id, cancellation);
        String first = "/api/models/" + id + "/tree/" + Addresses.encoded(revision) + "?recursive=true";
        pages.read(first, MOST_FILES + 1, body -> RepoJson.tree(body, endpoint));
        if (pages.found().size() > MOST_FILES) {
            throw new NetworkException(
                    NetworkException.Reason.TOO_LARGE,
                    id + " has more than " + MOST_FILES + " files.",
                    "Name the file: hf:<owner>/<repository>@<revision>/<path>.");
        }
        return pages.found();
    }

    /**
     * Repositories with GGUF files that match some words, the most downloaded first.
     *
     * @param query words
     * @param limit 1 to 1000
     */
    public List<RepoInfo> search(String query, int limit) {
        return search(HubQuery.of(query), limit, Cancellation.create()).repositories();
    }

    /**
     * Looks for repositories, page after page.
     *
     * @param limit how many at most, 1 to 1000
     */
    public RepoList search(HubQuery query, int limit, Cancellation cancellation) {
        if (limit < 1 || limit > MAX_RESULTS) {
            throw new IllegalArgumentException("limit must be 1 to " + MAX_RESULTS + " but was " + limit);
        }
        Pages<RepoInfo> pages = new Pages<>(api, endpoint, "models that match " + query, "", cancellation);
        pages.read(
                query.address(Math.min(PAGE, limit)),
                limit,
                body -> RepoJson.many(body, endpoint).stream()
                        .filter(query::accepts)
                        .toList());
        List<RepoInfo> found = pages.found();
        return new RepoList(
                found.subList(0, Math.min(limit, found.size())), found.size() > limit || pages.hasMore(), pages.asOf());
    }

    private URI resolve(Origin.HubFile file) {
        StringBuilder address = new StringBuilder(endpoint.toString())
                .append('/')
                .append(file.repository())
                .append("/resolve/")
                .append(Addresses.encoded(file.revision()));
        for (String part : file.path().split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException(
                        "a path inside a repository has no empty, '.' or '..' parts but was \""
                                + Failures.brief(file.path()) + "\"");
            }
            address.append('/').append(Addresses.encoded(part));
        }
        return URI.create(address.toString());
    }

    private static String words(Origin.HubFile file) {
        return Failures.brief("the file " + file.path() + " of " + file.repository() + " at " + file.revision());
    }

    private static Optional<String> unquoted(String etag) {
        String text = etag.startsWith("W/") ? etag.substring(2) : etag;
        String plain = text.replaceAll("^\"|\"$", "");
        return plain.isEmpty() || plain.length() > 200 ? Optional.empty() : Optional.of(plain);
    }

    private static Optional<Sha256> digest(String text) {
        try {
            return Optional.of(Sha256.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
