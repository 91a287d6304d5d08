package ai.bearllm.registry;

import ai.bearllm.download.Download;
import ai.bearllm.download.DownloadPlan;
import ai.bearllm.download.DownloadProgress;
import ai.bearllm.download.Downloader;
import ai.bearllm.download.Repair;
import ai.bearllm.download.Unfinished;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.RemoteFile;
import ai.bearllm.machine.Disk;
import ai.bearllm.machine.Machine;
import ai.bearllm.machine.Memory;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.Task;
import ai.bearllm.stores.ForeignStores;
import ai.bearllm.validation.Diff;
import ai.bearllm.validation.FileMemory;
import ai.bearllm.validation.Level;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.Validator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The models: those that are known, those that are here, and the one that is active. */
public final class Registry {
    private final Home home;
    private final Library library;
    private final Settings settings;
    private final OwnCatalog own;
    private final Catalogs catalogs;
    private final FileMemory memory;
    private final LoadMemory loads;
    private final Adoption adoption;
    private final Installer installer;
    private final SignatureGate gate;
    private final Supplier<Hub> hub;
    private final ModelUses uses;
    private final Clock clock;
    private final InstalledChecks checks;
    private final Repairs repairs;
    private final HubModels onHub;
    private final Map<ModelId, Download> downloads = new ConcurrentHashMap<>();

    /**
     * Reads nothing and connects to nothing yet.
     *
     * @param home where everything lies
     * @param downloader asked for at the first download
     * @param hub asked for at the first look-up
     * @param display makes the display of one job's progress
     * @param uses asked when a model is about to be removed
     */
    public Registry(
            Home home,
            Supplier<Downloader> downloader,
            Supplier<Hub> hub,
            Supplier<ProgressListener> display,
            ModelUses uses,
            Clock clock) {
        this.home = home;
        this.hub = hub;
        this.uses = uses;
        this.clock = clock;
        this.own = new OwnCatalog(home.ownCatalog());
        this.catalogs = new Catalogs(home.ownCatalog(), clock);
        this.library = new Library(home, clock);
        this.settings = new Settings(home.state());
        this.gate = new SignatureGate(settings);
        this.memory = FileMemory.at(home.path().resolve("files.seen"));
        this.loads = new LoadMemory(home.path().resolve("memory.seen"));
        this.adoption = new Adoption(library, own, memory, clock);
        this.installer = new Installer(library, downloader, hub, display, gate, uses, clock);
        this.checks = new InstalledChecks(library, installer, settings, gate, clock);
        this.repairs = new Repairs(installer, checks);
        HubAdding adding = new HubAdding(hub, this::catalog, own);
        this.onHub = new HubModels(hub, onHubModel -> model(adding.add(onHubModel)), this::fitting);
    }

    /** Looks for repositories on the hub; asks nobody yet. */
    public HubSearch search(String words) {
        return HubSearch.of(onHub, words);
    }

    /**
     * A repository of the hub, {@code owner/name}; asks the hub.
     *
     * @throws ai.bearllm.hub.NetworkException where there is none, or the hub cannot be asked and has not answered before
     */
    public HubRepository repository(String id) {
        return HubRepository.whole(onHub, onHub.repository(id.strip()));
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

    /** The active model; empty where none is, or where its entry has vanished from the catalogs. */
    public Optional<Model> active() {
        return activeId().flatMap(catalog()::withId).map(card -> new Model(this, card));
    }

    /**
     * The active model.
     *
     * @throws BearException where none is, or its entry has vanished
     */
    public Model requireActive() {
        ModelId id = activeId()
                .orElseThrow(() -> new BearException(
                        "No model is active.",
                        "Activate one, for example bear.model(\"bear-tiny\").download().activate(), or name a model."));
        return active().orElseThrow(() -> new BearException(
                "The active model " + id + " is in no catalog any more.",
                "Put its entry back into registry.json, activate another model, or name one."));
    }

    /** The id of the active model, also of one that no catalog has any more; empty where none is. */
    public Optional<ModelId> activeId() {
        return settings.active();
    }

    private Catalog catalog() {
        return catalogs.now();
    }

    Library library() {
        return library;
    }

    ModelState state(ModelCard card) {
        Download download = downloads.get(card.id());
        if (download != null && download.progress().phase() == DownloadProgress.Phase.PAUSED) {
            return ModelState.PAUSED;
        }
        if (download != null && download.progress().phase().isRunning()) {
            return ModelState.DOWNLOADING;
        }
        ModelState here = library.standing(card).state();
        if (here != ModelState.AVAILABLE) {
            return here;
        }
        return failure(card).isPresent() ? ModelState.FAILED : unfinished(card).orElse(here);
    }

    /** Why a model failed: what is wrong with its files, else with its last download of this session; empty where it did not. */
    Optional<String> problem(ModelCard card) {
        Library.Standing standing = library.standing(card);
        return standing.state() == ModelState.AVAILABLE ? failure(card) : standing.problem();
    }

    private Optional<String> failure(ModelCard card) {
        return Optional.ofNullable(downloads.get(card.id()))
                .map(Download::progress)
                .filter(progress -> progress.phase() == DownloadProgress.Phase.FAILED)
                .map(progress -> "its download failed: " + progress.note().orElse("nobody knows why"));
    }

    /** What an earlier session left, or another process does. */
    private Optional<ModelState> unfinished(ModelCard card) {
        return card.file().parts().stream()
                .map(part -> library.fileOf(card).resolveSibling(part.name()))
                .flatMap(file -> Unfinished.of(home.downloads(), file).stream())
                .max(Comparator.comparing(Unfinished::isRunning))
                .map(left -> left.isRunning() ? ModelState.DOWNLOADING : ModelState.PAUSED);
    }

    Optional<DownloadProgress> progress(ModelCard card) {
        return Optional.ofNullable(downloads.get(card.id())).map(Download::progress);
    }

    void activate(ModelId model) {
        settings.activate(Optional.of(model));
    }

    Download start(Model model) {
        return downloads.compute(
                model.id(),
                (id, running) -> running != null && !running.progress().phase().isOver()
                        ? running.resume()
                        : installer.start(model.card()));
    }

    DownloadPlan plan(Model model) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("plan", cancellation, () -> installer.plan(model.card(), cancellation));
    }

    Repair repair(Model model) {
        return repairs.repair(model);
    }

    Validation validate(Model model, Level level) {
        return checks.validate(model, level);
    }

    /** The installed file, made sure of. */
    Path verified(Model model) {
        return checks.verified(model);
    }

    /** Whose signatures count, and what happens to models without one. */
    public Signatures signatures() {
        return new Signatures(settings);
    }

    /** How long a full check of an installed file is trusted before its next use checks it again. */
    public void checkAfter(Duration time) {
        settings.checkAfter(time);
    }

    /** How much sessions of this home insist on a sandbox, in the word that was set; empty where none was. */
    public Optional<String> sandbox() {
        return settings.sandbox();
    }

    /** Sets how much sessions of this home insist on a sandbox, unless they say otherwise. */
    public void sandbox(String wish) {
        settings.sandbox(wish);
    }

    Path remove(Model model, Library.Standing standing) {
        model.deactivate();
        uses.end(model.id());
        Path place = library.fileOf(model.card());
        boolean referenced = standing.manifest()
                .map(manifest -> manifest.storage() == Manifest.Storage.REFERENCED)
                .orElse(false);
        if (referenced) {
            forget(model.card(), place);
            return standing.file();
        }
        Path now = library.trash().take(place, "removed");
        trash().deleteExpired();
        return now;
    }

    /** Nothing but what the library itself wrote goes: the manifest, and the copy of a signature beside no file. */
    private void forget(ModelCard card, Path place) {
        try {
            Files.deleteIfExists(Manifest.beside(place));
            if (Files.notExists(place)) {
                Files.deleteIfExists(SignatureGate.beside(place));
            }
        } catch (IOException e) {
            throw new BearException(
                    Manifest.beside(place) + " could not be deleted: " + e + ".", "Check its permissions.", e);
        }
        if (Adoption.madeEntry(card)) {
            own.remove(card.id());
        }
    }

    /** What uses the space of the home's disk. */
    public DiskUse disk() {
        return new DiskUse(home, library, clock);
    }

    /**
     * What a GGUF file says about itself, here or on a server: of a remote one only what stands at its beginning is fetched, usually
     * a few megabytes.
     *
     * @param place a path, an {@code http} or {@code https} address, or {@code hf:<owner>/<repository>@<revision>/<path>}
     */
    public Gguf gguf(String place) {
        Cancellation cancellation = Cancellation.create();
        if (place.startsWith("http://") || place.startsWith("https://")) {
            URI address = URI.create(place.strip());
            return Task.await(
                    "reading", cancellation, () -> Gguf.read(RemoteFile.of(hub.get(), address, cancellation)));
        }
        if (place.startsWith("hf:") && CatalogReader.origin(place) instanceof Origin.HubFile file) {
            return Task.await("reading", cancellation, () -> Gguf.read(RemoteFile.of(hub.get(), file, cancellation)));
        }
        return Gguf.read(Path.of(place));
    }

    /** What was removed and can still be brought back. */
    public Trash trash() {
        return new Trash(library.trash(), clock);
    }

    /**
     * Adds a GGUF file of this machine without copying it: it is checked in full, recognized by its content where the catalog
     * declares it, and otherwise described by what it says about itself, in the home's {@code registry.json}.
     *
     * @throws BearException where it fails a check or holds no language model; it stays where it is
     */
    public Model add(Path file) {
        Path real = Adoption.real(file);
        Validation validation =
                installer.validation(real).allParts().remembering(memory).run();
        if (validation.ok()) {
            String name = String.valueOf(real.getFileName());
            gate.require(real, validation.sha256().orElseThrow(), name, Optional.empty());
        }
        return model(adoption.adopt(Adoption.Candidate.of(real), validation, catalog()));
    }

    /** What other programs keep on this machine, and could be adopted; nothing is looked at yet. */
    public Adoptable adoptable(ForeignStores stores) {
        return new Adoptable(this, new Adopting(installer, adoption, gate, memory, library), stores, true);
    }

    Catalog known() {
        return catalog();
    }

    ModelUses uses() {
        return uses;
    }

    void deactivate(ModelId model) {
        if (activeId().equals(Optional.of(model))) {
            settings.deactivate(model);
        }
    }

    /** Checks any file on this machine. */
    public Validation validate(Path file, Level level) {
        return installer
                .validation(file.toAbsolutePath())
                .allParts()
                .level(level)
                .run();
    }

    /** Says how two files differ: by metadata, and by tensors. */
    public Diff diff(Path a, Path b) {
        return Validator.diff(a, b, installer.display(), Cancellation.create());
    }

    /** This machine as it is at this moment, to hold models against; quick, no graphics cards. */
    Fitting fitting() {
        return new Fitting(library, Memory.now(), Disk.at(home.models()), loads.bar());
    }

    /**
     * The model that suits this machine by memory, cores, graphics cards and disk.
     *
     * @param engines names of the engines that can run here, the default first
     * @throws BearException where no engine can, or no model fits
     */
    public Recommendation recommendedHere(List<String> engines) {
        return new Recommending(this, fitting(), Machine.here()).choose(engines);
    }

    /**
     * Lets forecasts learn from a load.
     *
     * @param forecastBytes what the model was forecast to take, without the worker's own memory
     * @param measuredBytes what it then took at its highest, likewise
     */
    public void observedLoad(long forecastBytes, long measuredBytes) {
        loads.add(forecastBytes, measuredBytes);
    }
}
