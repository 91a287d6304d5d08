package ai.bearllm.registry;

import ai.bearllm.download.Download;
import ai.bearllm.download.DownloadPlan;
import ai.bearllm.download.DownloadRequest;
import ai.bearllm.download.Downloader;
import ai.bearllm.download.Landing;
import ai.bearllm.download.PieceHashes;
import ai.bearllm.download.Repair;
import ai.bearllm.download.Source;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.validation.ValidationRequest;
import ai.bearllm.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Brings a model's files into the library: fetched beside it, digest and structure checked there, moved in whole, their manifest
 * written last. Whatever goes wrong, the library holds no half file and loses none that it had.
 */
final class Installer {
    private static final String DATA = "/ai/bearllm/data/";

    private final Library library;
    private final Supplier<Downloader> downloader;
    private final Supplier<Hub> hub;
    private final Supplier<ProgressListener> display;
    private final SignatureGate gate;
    private final SourceSignatures signatures;
    private final ModelUses uses;
    private final Clock clock;

    /**
     * @param uses asked to end what has a file loaded before another takes its place
     */
    Installer(
            Library library,
            Supplier<Downloader> downloader,
            Supplier<Hub> hub,
            Supplier<ProgressListener> display,
            SignatureGate gate,
            ModelUses uses,
            Clock clock) {
        this.gate = gate;
        this.signatures = new SourceSignatures(gate, hub);
        this.library = library;
        this.downloader = downloader;
        this.hub = hub;
        this.display = display;
        this.uses = uses;
        this.clock = clock;
    }

    /** Begins to fetch and install; shows its progress. */
    Download start(ModelCard card) {
        // Before anything makes folders: a link among them may lead out of the library.
        prepare(card);
        return downloader.get().start(request(card), display.get().guarded());
    }

    /** Makes the folder that the model shall lie in. */
    void prepare(ModelCard card) {
        try {
            library.prepare(card);
        } catch (IOException e) {
            throw new BearException(
                    "The folder for " + library.fileOf(card) + " cannot be made: " + e + ".",
                    "Check the library's permissions.",
                    e);
        }
    }

    /** What a download would do, without doing it. */
    DownloadPlan plan(ModelCard card, Cancellation cancellation) {
        return downloader.get().dryRun(request(card), cancellation);
    }

    /** Finds the damaged pieces of an installed file and fetches those alone. */
    Repair repair(ModelCard card, ModelFile part, PieceHashes pieces, Cancellation cancellation) {
        DownloadRequest request = request(card, part, Landing.NONE);
        return downloader.get().repair(request, pieces, display.get().guarded(), cancellation);
    }

    /** Of a split model the other parts come first, so that the first one, which stands for the model, comes last. */
    private DownloadRequest request(ModelCard card) {
        ModelArrival arrival = new ModelArrival(this, card);
        List<DownloadRequest> others = new ArrayList<>();
        for (ModelFile part : card.file().otherParts()) {
            others.add(request(card, part, arrival.part(part)));
        }
        return request(card, card.file(), arrival).after(others);
    }

    private DownloadRequest request(ModelCard card, ModelFile part, Landing landing) {
        return new DownloadRequest(
                "download of " + card.id().name(),
                source(part.origin()),
                library.fileOf(card).resolveSibling(part.name()),
                part.sizeBytes(),
                part.sha256(),
                landing);
    }

    private Source source(Origin origin) {
        if (origin instanceof Origin.HubFile file) {
            return new Source.OnHub(hub.get(), file);
        }
        if (origin instanceof Origin.Builtin builtin) {
            return new Source.Local(builtin.toString(), () -> resource(builtin.name()));
        }
        Origin.LocalFile local = (Origin.LocalFile) origin;
        return new Source.Local(local.toString(), () -> Files.newInputStream(local.path()));
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = Installer.class.getResourceAsStream(DATA + name);
        if (in == null) {
            throw new NoSuchFileException("the toolkit's jar has no " + DATA + name);
        }
        return in;
    }

    ProgressListener display() {
        return display.get();
    }

    Library library() {
        return library;
    }

    SourceSignatures signatures() {
        return signatures;
    }

    ModelUses uses() {
        return uses;
    }

    Clock clock() {
        return clock;
    }

    /** Begins a full validation with live progress. */
    ValidationRequest validation(Path file) {
        ValidationRequest request = Validator.of(file).listener(display.get());
        return gate.isActive() ? request.signedBy(gate.policy()) : request;
    }
}
