package ai.bearllm.registry;

import ai.bearllm.download.Downloader;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import ai.bearllm.validation.Validation;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The models: those that are known, those that are here, and the one that is active. */
public final class Registry {
    private final Home home;
    private final Library library;
    private final Settings settings;
    private final Installer installer;
    private final Set<ModelId> downloading = ConcurrentHashMap.newKeySet();

    /**
     * Reads nothing and connects to nothing yet.
     *
     * @param home where everything lies
     * @param downloader asked for at the first download
     * @param hub asked for at the first look-up
     * @param display makes the display of one job's progress
     */
    public Registry(
            Home home,
            Supplier<Downloader> downloader,
            Supplier<Hub> hub,
            Supplier<ProgressListener> display,
            Clock clock) {
        this.home = home;
        this.library = new Library(home, clock);
        this.settings = new Settings(home.state());
        this.installer = new Installer(library, downloader, hub, display, clock);
    }

    /** Every known model, in the catalog's order. */
    public ModelQuery models() {
        return new ModelQuery(this, catalog().cards());
    }

    /**
     * The model of this name: an id, alias or short name, in any case.
     *
     * @throws BearException where none or several fit; it names the nearest
     */
    public Model model(String name) {
        return new Model(this, catalog().find(name));
    }

    Model model(ModelCard card) {
        return new Model(this, card);
    }

    /** The active model; empty where none is. */
    public Optional<Model> active() {
        return activeId().map(id -> model(id.toString()));
    }

    /**
     * The active model.
     *
     * @throws BearException where none is
     */
    public Model requireActive() {
        return active().orElseThrow(() -> new BearException(
                "No model is active.",
                "Activate one, for example bear.model(\"bear-tiny\").download().activate(), or name a model."));
    }

    Optional<ModelId> activeId() {
        return settings.active();
    }

    /** Read at each call: an entry that the user adds is there at once, and the built-in part costs a millisecond. */
    private Catalog catalog() {
        return Catalog.read(home.ownCatalog());
    }

    Library library() {
        return library;
    }

    ModelState state(ModelCard card) {
        return downloading.contains(card.id())
                ? ModelState.DOWNLOADING
                : library.standing(card).state();
    }

    void activate(Optional<ModelId> model) {
        settings.activate(model);
    }

    void download(Model model) {
        if (model.isDownloaded()) {
            return;
        }
        if (!downloading.add(model.id())) {
            throw new BearException(
                    "The model " + model.shortName() + " is being downloaded already.",
                    "Wait for that download to end.");
        }
        try {
            Cancellation cancellation = Cancellation.create();
            Task.await("download", cancellation, () -> {
                installer.install(model.card(), cancellation);
                return model;
            });
        } finally {
            downloading.remove(model.id());
        }
    }

    Validation validate(Model model) {
        Path file = library.fileOf(model.card());
        Optional<Manifest> manifest = library.standing(model.card()).manifest();
        if (manifest.isEmpty()) {
            model.file();
        }
        return installer.validate(
                file,
                manifest.map(Manifest::sha256),
                manifest.map(m -> OptionalLong.of(m.sizeBytes())).orElse(OptionalLong.empty()));
    }

    Path remove(Model model, Path file) {
        model.deactivate();
        return library.discard(file);
    }

    /** Checks any file on this machine. */
    public Validation validate(Path file) {
        return installer.validate(file.toAbsolutePath(), Optional.empty(), OptionalLong.empty());
    }
}
