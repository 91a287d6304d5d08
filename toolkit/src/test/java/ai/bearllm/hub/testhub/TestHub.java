package ai.bearllm.hub.testhub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Hugging Face Hub on 127.0.0.1 for tests, as far as the toolkit and the real {@code huggingface_hub} client use one. Large
 * files are served by "another host", {@code localhost}, after a redirect with a signed address. It records each request and can
 * be told to fail.
 */
public final class TestHub implements AutoCloseable {
    private static final Pattern MODEL =
            Pattern.compile("/api/models/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+)(?:/.*)?)?");
    private static final Pattern RESOLVE = Pattern.compile("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)");
    private static final Pattern STORAGE = Pattern.compile("/storage/([0-9a-f]{64})");

    private final Map<String, TestRepository> repositories = new ConcurrentHashMap<>();
    private final Map<String, String> renamed = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Map<Scope, Fault> standing = new EnumMap<>(Scope.class);
    private final Map<Scope, Deque<Fault>> next = new EnumMap<>(Scope.class);
    private final Wire wire;
    private volatile int treePage = 1000;

    private TestHub() throws IOException {
        wire = new Wire(this::answer);
    }

    /** A hub without repositories on a free port. */
    public static TestHub start() throws IOException {
        return new TestHub();
    }

    /** What {@code HF_ENDPOINT} is set to. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + wire.port());
    }

    /** An environment whose {@code HF_ENDPOINT} is this hub, and with no token. */
    public Map<String, String> environment() {
        return Map.of("HF_ENDPOINT", endpoint().toString(), "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    }

    /** Adds a repository, or finds the one that is there. */
    public TestRepository repository(String id) {
        return repositories.computeIfAbsent(id, TestRepository::new);
    }

    /** Answers for the old name with a redirect to the new one, as after a rename. */
    public void renamed(String old, String now) {
        renamed.put(old, now);
    }

    /** Makes a part of the hub fail until told otherwise. */
    public void fail(Scope scope, Fault fault) {
        synchronized (standing) {
            standing.put(scope, fault);
        }
    }

    /** Makes the next requests to a part of the hub fail, one after the other, each in its way. */
    public void failNext(Scope scope, Fault... faults) {
        synchronized (standing) {
            next.computeIfAbsent(scope, key -> new ArrayDeque<>()).addAll(List.of(faults));
        }
    }

    /** Makes everything work again. */
    public void heal() {
        synchronized (standing) {
            standing.clear();
            next.clear();
        }
    }

    /** All requests so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The requests for bytes of large files so far. */
    public List<Request> storageRequests() {
        return requests.stream()
                .filter(request -> STORAGE.matcher(request.path()).matches())
                .toList();
    }

    /** How many bytes of files were sent so far. */
    public long servedBytes() {
        return wire.traffic().bytes();
    }

    /** How many files, or parts of them, were sent at the same time at most. */
    public int mostAtOnce() {
        return wire.traffic().most();
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Fault> fault(Scope scope) {
        synchronized (standing) {
            Deque<Fault> queue = next.getOrDefault(scope, new ArrayDeque<>());
            return Optional.ofNullable(queue.isEmpty() ? standing.get(scope) : queue.poll());
        }
    }

    private void answer(Request request, Reply reply) throws IOException {
        requests.add(request);
        Matcher model = MODEL.matcher(request.path());
        Matcher resolve = RESOLVE.matcher(request.path());
        Matcher storage = STORAGE.matcher(request.path());
        if (storage.matches()) {
            Optional<Content> content = repositories.values().stream()
                    .flatMap(repository -> repository.blob(storage.group(1)).stream())
                    .findFirst();
            bytes(request, reply, content, "\"" + storage.group(1) + "\"", fault(Scope.STORAGE));
        } else if (resolve.matches()) {
            resolve(request, reply, resolve.group(1), decoded(resolve.group(2)), decoded(resolve.group(3)));
        } else if (request.path().equals("/api/models") || model.matches()) {
            Optional<Fault> fault = fault(Scope.API);
            if (fault.isEmpty() || !Serving.broken(reply, request, fault.get())) {
                api(request, reply, model);
            }
        } else {
            reply.error(404, "", "Not Found");
        }
    }

    private void api(Request request, Reply reply, Matcher model) throws IOException {
        if (!model.matches()) {
            new Listing(request, reply, endpoint()).send(search(request), 30, 1000);
            return;
        }
        Optional<TestRepository> found = visible(request, reply, model.group(1));
        if (found.isEmpty()) {
            return;
        }
        String revision =
                Optional.ofNullable(model.group(3)).map(TestHub::decoded).orElse("main");
        if (!found.get().hasRevision(revision)) {
            reply.error(404, "RevisionNotFound", "Invalid rev id: " + revision);
        } else if ("tree".equals(model.group(2))) {
            List<String> entries = new ArrayList<>();
            found.get().tree().forEach(entry -> entries.add(entry.toString()));
            new Listing(request, reply, endpoint()).send(entries, treePage, treePage);
        } else {
            boolean blobs = request.parameter("blobs")
                    .filter(v -> v.equalsIgnoreCase("true"))
                    .isPresent();
            new Listing(request, reply, endpoint()).send(found.get().json(blobs).toString());
        }
    }

    private List<String> search(Request request) {
        String words = request.parameter("search").orElse("").toLowerCase(Locale.ROOT);
        Stream<TestRepository> found = repositories.values().stream()
                .filter(repository -> !repository.isPrivate())
                .filter(repository -> Arrays.stream(words.split("\\s+"))
                        .allMatch(repository.id().toLowerCase(Locale.ROOT)::contains))
                .filter(repository -> request.parameters("filter").stream().allMatch(repository::hasTag))
                .filter(repository ->
                        request.parameter("author").map(repository::isOf).orElse(true))
                .filter(repository -> request.parameter("gated")
                        .map(wanted -> repository.isGated() == Boolean.parseBoolean(wanted.toLowerCase(Locale.ROOT)))
                        .orElse(true))
                .sorted(order(request.parameter("sort").orElse("trendingScore")).thenComparing(TestRepository::id));
        return found.map(repository -> repository.json(false).toString()).toList();
    }

    private static Comparator<TestRepository> order(String sort) {
        return switch (sort) {
            case "likes" -> Comparator.comparingInt(TestRepository::likeCount).reversed();
            case "lastModified" ->
                Comparator.comparing((TestRepository one) -> one.updated()).reversed();
            default -> Comparator.comparingInt(TestRepository::downloadCount).reversed();
        };
    }

    /** How many files the hub lists at once; 1000 where nothing is said, as the real one does. */
    public void filesAtOnce(int count) {
        treePage = count;
    }

    /** The repository, or an answer that it is not there: the hub does not tell strangers what is private. */
    private Optional<TestRepository> visible(Request request, Reply reply, String id) throws IOException {
        if (renamed.containsKey(id)) {
            reply.header("Location", request.target().replace(id, renamed.get(id)));
            reply.send(307, "text/plain", Wire.utf8("Temporary Redirect"));
            return Optional.empty();
        }
        TestRepository repository = repositories.get(id);
        boolean knows =
                repository != null && (!repository.isPrivate() || repository.knows(request.header("authorization")));
        if (!knows) {
            boolean stranger = request.header("authorization").isEmpty();
            reply.error(stranger ? 401 : 404, "RepoNotFound", "Repository not found");
            return Optional.empty();
        }
        return Optional.of(repository);
    }

    private void resolve(Request request, Reply reply, String id, String revision, String path) throws IOException {
        Optional<Fault> fault = fault(Scope.RESOLVE);
        if (fault.isPresent() && Serving.broken(reply, request, fault.get())) {
            return;
        }
        Optional<TestRepository> found = visible(request, reply, id);
        if (found.isEmpty()) {
            return;
        }
        TestRepository repository = found.get();
        if (repository.isGated() && !repository.knows(request.header("authorization"))) {
            boolean stranger = request.header("authorization").isEmpty();
            reply.error(stranger ? 401 : 403, "GatedRepo", "Access to model " + id + " is restricted");
            return;
        }
        if (!repository.hasRevision(revision)) {
            reply.error(404, "RevisionNotFound", "Invalid rev id: " + revision);
            return;
        }
        Optional<TestRepository.Stored> stored = repository.file(path);
        reply.header("X-Repo-Commit", repository.commit());
        if (stored.isEmpty()) {
            reply.error(404, "EntryNotFound", "Entry not found");
        } else if (stored.get().large()) {
            redirect(reply, stored.get().content(), fault);
        } else {
            Content content = stored.get().content();
            bytes(request, reply, Optional.of(content), "\"" + TestRepository.gitId(content) + "\"", fault);
        }
    }

    private void redirect(Reply reply, Content content, Optional<Fault> fault) throws IOException {
        String sha256 = content.sha256().hex();
        if (fault.filter(f -> f.kind() == Fault.Kind.NO_DIGEST).isEmpty()) {
            reply.header("X-Linked-Size", Long.toString(content.length()));
            reply.header("X-Linked-Etag", "\"" + sha256 + "\"");
        }
        reply.header(
                "Location", "http://localhost:" + wire.port() + "/storage/" + sha256 + "?X-Signature=not-for-eyes");
        reply.send(302, "text/plain", Wire.utf8("Found. Redirecting"));
    }

    private static void bytes(
            Request request, Reply reply, Optional<Content> content, String etag, Optional<Fault> fault)
            throws IOException {
        if (fault.isPresent() && Serving.broken(reply, request, fault.get())) {
            return;
        }
        if (content.isEmpty()) {
            reply.error(403, "", "AccessDenied");
        } else {
            new Serving(request, reply, content.get(), etag, fault.orElse(Fault.status(0))).send();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
