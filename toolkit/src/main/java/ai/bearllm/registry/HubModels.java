package ai.bearllm.registry;

import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.HubQuery;
import ai.bearllm.hub.RemoteFile;
import ai.bearllm.hub.RepoFile;
import ai.bearllm.hub.RepoInfo;
import ai.bearllm.hub.RepoList;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks the hub on behalf of the library, each time on a thread of the toolkit. */
final class HubModels {
    private static final int READERS = 4;
    /** A repository's headers are alike: of one with very many, or very large ones, the rest is computed from the first. */
    private static final int MOST_HEADERS = 24;

    private static final long MOST_HEADER_BYTES = 128L << 20;

    private final Supplier<Hub> hub;
    private final Function<HubModel, Model> adding;
    private final Supplier<Fitting> fitting;

    /**
     * @param hub asked for at the first look-up
     * @param adding makes a known model of one on the hub
     * @param fitting this machine as it is then
     */
    HubModels(Supplier<Hub> hub, Function<HubModel, Model> adding, Supplier<Fitting> fitting) {
        this.fitting = fitting;
        this.hub = hub;
        this.adding = adding;
    }

    RepoList search(HubQuery query, int limit) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("search", cancellation, () -> hub.get().search(query, limit, cancellation));
    }

    /** A repository with the sizes and digests of its files, where the hub has them at all. */
    RepoInfo repository(String id) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("repository", cancellation, () -> {
            RepoInfo info = hub.get().model(id, cancellation);
            boolean known = info.ggufFiles().stream()
                    .allMatch(file ->
                            file.sizeBytes().isPresent() && file.sha256().isPresent());
            return known || info.asOf().isPresent() ? info : withTree(info, cancellation);
        });
    }

    /** Some mirrors leave out of a repository's answer what they have in the list of its files. */
    private RepoInfo withTree(RepoInfo info, Cancellation cancellation) {
        Map<String, RepoFile> byPath = new LinkedHashMap<>();
        info.files().forEach(file -> byPath.put(file.path(), file));
        for (RepoFile file : hub.get().files(info.id(), info.commit().orElse("main"), cancellation)) {
            byPath.merge(
                    file.path(),
                    file,
                    (known, listed) -> new RepoFile(
                            known.path(),
                            known.sizeBytes().isPresent() ? known.sizeBytes() : listed.sizeBytes(),
                            known.sha256().or(listed::sha256)));
        }
        return info.files(new ArrayList<>(byPath.values()));
    }

    Gguf header(Origin.HubFile file) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("reading", cancellation, () -> Gguf.read(RemoteFile.of(hub.get(), file, cancellation)));
    }

    Model add(HubModel model) {
        return adding.apply(model);
    }

    Quantizations quantizations(HubRepository repository, int contextTokens) {
        if (contextTokens < 1) {
            throw new IllegalArgumentException("contextTokens must be positive but was " + contextTokens);
        }
        List<HubModel> models = repository.files();
        Cancellation cancellation = Cancellation.create();
        Fitting here = fitting.get();
        List<Quantizations.Row> rows =
                Task.await("headers", cancellation, () -> rows(models, contextTokens, here, cancellation));
        rows.sort(Comparator.comparingLong(row -> row.memoryBytes().orElse(Long.MAX_VALUE)));
        return new Quantizations(repository.id(), contextTokens, here, rows);
    }

    private List<Quantizations.Row> rows(
            List<HubModel> models, int contextTokens, Fitting here, Cancellation cancellation)
            throws InterruptedException {
        AtomicLong spent = new AtomicLong();
        ExecutorService readers = Executors.newFixedThreadPool(READERS, work -> {
            Thread thread = new Thread(work, "bear-header");
            thread.setDaemon(true);
            thread.setContextClassLoader(HubModels.class.getClassLoader());
            return thread;
        });
        try {
            List<Future<Header>> headers = new ArrayList<>();
            for (int i = 0; i < models.size(); i++) {
                HubModel model = models.get(i);
                boolean wanted = i < MOST_HEADERS;
                headers.add(readers.submit(() -> wanted && spent.get() < MOST_HEADER_BYTES
                        ? read(model, spent, cancellation)
                        : new Header(Optional.empty(), "")));
            }
            return rows(models, headers, contextTokens, here);
        } finally {
            // Whoever still reads is no longer waited for.
            readers.shutdownNow();
        }
    }

    /** What a file says about itself, or why that is not known; neither where it was not looked at. */
    private record Header(Optional<Gguf> gguf, String problem) {}

    private Header read(HubModel model, AtomicLong spent, Cancellation cancellation) {
        RemoteFile file = RemoteFile.of(hub.get(), model.origin(), cancellation);
        try {
            return new Header(Optional.of(Gguf.read(file)), "");
        } catch (BearException e) {
            return new Header(Optional.empty(), e.problem());
        } finally {
            spent.addAndGet(file.bytesFetched());
        }
    }

    private static List<Quantizations.Row> rows(
            List<HubModel> models, List<Future<Header>> headers, int contextTokens, Fitting here)
            throws InterruptedException {
        List<Quantizations.Row> rows = new ArrayList<>();
        Optional<Sibling> sibling = Optional.empty();
        for (int i = 0; i < models.size(); i++) {
            Header header = outcome(headers.get(i));
            if (header.gguf().isPresent()) {
                Gguf gguf = header.gguf().get();
                MemoryEstimate memory = MemoryEstimate.of(gguf, contextTokens);
                String unknown = memory.unknown().isEmpty()
                        ? "its header"
                        : "unknown: " + memory.unknown().get(0).basis();
                rows.add(new Quantizations.Row(
                        models.get(i), gguf.bitsPerWeight(), memory.totalBytes(), here.range(memory), unknown));
                sibling = sibling.isPresent() ? sibling : Sibling.of(models.get(i), gguf, memory);
            } else if (!header.problem().isEmpty()) {
                rows.add(unknown(models.get(i), header.problem()));
            } else {
                HubModel model = models.get(i);
                rows.add(sibling.map(known -> known.row(model, here))
                        .orElseGet(() -> unknown(model, "it was not read")));
            }
        }
        return rows;
    }

    /**
     * A model of the same repository whose header was read: another one takes the same memory but for its weights.
     *
     * @param otherBytes what does not depend on the quantization
     * @param neededBytes what of that must be free
     * @param workerBytes what of that is the worker's own
     * @param headerBytes what of a file is no weights
     */
    private record Sibling(
            String name, long otherBytes, long neededBytes, long workerBytes, long headerBytes, long parameters) {
        static Optional<Sibling> of(HubModel model, Gguf gguf, MemoryEstimate memory) {
            OptionalLong weights = memory.bytesOf("weights");
            OptionalLong all = memory.totalBytes();
            OptionalLong needed = memory.neededBytes();
            OptionalLong worker = memory.workerBytes();
            boolean known = weights.isPresent() && all.isPresent() && needed.isPresent() && worker.isPresent();
            return known && gguf.parameters().isPresent()
                    ? Optional.of(new Sibling(
                            model.fileName(),
                            all.getAsLong() - weights.getAsLong(),
                            needed.getAsLong() - weights.getAsLong(),
                            worker.getAsLong(),
                            gguf.headerBytes(),
                            gguf.parameters().getAsLong()))
                    : Optional.empty();
        }

        Quantizations.Row row(HubModel other, Fitting here) {
            OptionalLong size = other.sizeBytes();
            if (size.isEmpty() || size.getAsLong() <= headerBytes) {
                return unknown(other, "the hub does not say how large it is");
            }
            long weights = size.getAsLong() - headerBytes;
            return new Quantizations.Row(
                    other,
                    OptionalDouble.of(8.0 * weights / parameters),
                    OptionalLong.of(weights + otherBytes),
                    Optional.of(here.range(weights + neededBytes, workerBytes)),
                    "its size, and the header of " + name);
        }
    }

    private static Quantizations.Row unknown(HubModel model, String why) {
        return new Quantizations.Row(
                model, OptionalDouble.empty(), OptionalLong.empty(), Optional.empty(), "unknown: " + why);
    }

    private static Header outcome(Future<Header> header) throws InterruptedException {
        try {
            return header.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CancellationException cancelled) {
                throw cancelled;
            }
            return new Header(Optional.empty(), "its header could not be read");
        }
    }
}
