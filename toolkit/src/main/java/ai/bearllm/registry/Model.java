package ai.bearllm.registry;

import ai.bearllm.download.Download;
import ai.bearllm.download.DownloadPlan;
import ai.bearllm.download.DownloadProgress;
import ai.bearllm.download.Repair;
import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.estimate.QuantizationLoss;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.ModelShape;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.validation.Level;
import ai.bearllm.validation.Validation;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** A handle on a model: what it answers is read at each call, so it never goes stale in a cell. */
public final class Model implements Shown {
    private final Registry registry;
    private final ModelCard card;

    Model(Registry registry, ModelCard card) {
        this.registry = registry;
        this.card = card;
    }

    /** Who it is. */
    public ModelId id() {
        return card.id();
    }

    /** What the catalog says about it. */
    public ModelCard card() {
        return card;
    }

    /** The form of its network, as the catalog has it: known also before its file is here; empty where nobody has said. */
    public Optional<ModelShape> shape() {
        return card.shape();
    }

    /** The shortest name that finds it: its first alias, else its id. */
    public String shortName() {
        return card.aliases().isEmpty() ? card.id().toString() : card.aliases().get(0);
    }

    /** How far it is. */
    public ModelState state() {
        return registry.state(card);
    }

    /** Why its state is {@link ModelState#FAILED}; empty in any other. */
    public Optional<String> problem() {
        return registry.problem(card);
    }

    /** Whether its file is here and complete. */
    public boolean isDownloaded() {
        return state() == ModelState.DOWNLOADED;
    }

    /** How far its download of this session is; empty where there is none. */
    public Optional<DownloadProgress> progress() {
        return registry.progress(card);
    }

    /**
     * Whether an engine that can run here loads its kind of network; false also where that kind is not known, because nobody has
     * said it and the file is not here.
     */
    public boolean isRunnable() {
        Optional<String> architecture = shape().map(ModelShape::architecture);
        if (architecture.isEmpty() && isDownloaded()) {
            architecture = gguf().architecture();
        }
        return architecture.map(registry.uses()::isRunnable).orElse(false);
    }

    /** Whether it is the active model. */
    public boolean isActive() {
        return registry.activeId().equals(Optional.of(card.id()));
    }

    /**
     * Its installed file.
     *
     * @throws BearException where it is not installed, or its file is missing or changed
     */
    public Path file() {
        Library.Standing standing = registry.library().standing(card);
        return switch (standing.state()) {
            case DOWNLOADED -> standing.file();
            case FAILED ->
                throw new BearException(
                        "The model " + shortName() + " is damaged: "
                                + standing.problem().orElse("unknown") + ".",
                        isMendable()
                                ? "Fetch the damaged pieces alone: bear.model(\"" + shortName() + "\").repair()."
                                : "Download it again: bear.model(\"" + shortName() + "\").download().");
            default ->
                throw new BearException(
                        "The model " + shortName() + " is not downloaded.",
                        "Download it: bear.model(\"" + shortName() + "\").download().");
        };
    }

    /**
     * Its installed file, made sure of before use: where it was written to since its last full check, or that is too long ago,
     * it is checked in full first, with progress. Native code sees no other file.
     *
     * @throws BearException where it is not installed, or fails; a file of the library's own that fails goes to the quarantine
     */
    public Path verifiedFile() {
        return registry.verified(this);
    }

    /** The digest of its installed file, as its manifest has it; empty where it is not installed. */
    public Optional<Sha256> sha256() {
        return registry.library().standing(card).manifest().map(Manifest::sha256);
    }

    /**
     * Fetches the file, with live progress, and waits until it is here, its SHA-256 and structure checked. A model that is here
     * already is not fetched again. Stopping the cell pauses the download; the next call continues it.
     */
    public Model download() {
        if (!isDownloaded()) {
            registry.start(this).await();
        }
        return this;
    }

    /**
     * Begins to fetch the file and returns at once; the handle shows the progress, pauses, resumes, cancels and waits. A download
     * that is under way already, also by another notebook, is joined.
     */
    public Download startDownload() {
        return registry.start(this);
    }

    /** What a download would fetch, from where, how large, and whether it fits on the disk. Fetches nothing. */
    public DownloadPlan planDownload() {
        return registry.plan(this);
    }

    /**
     * Finds the damaged pieces of the installed file, of a split model those of every part, by the digests that were kept when
     * it was downloaded, and fetches those alone. What has the model loaded is ended first.
     *
     * @throws BearException where the model is not installed, was adopted, or no digests were kept
     */
    public Repair repair() {
        return registry.repair(this);
    }

    /** Whether {@link #repair()} can help: its files are there, the digests of their pieces were kept, and a server has them. */
    boolean isMendable() {
        return Repairs.canHelp(card, registry.library().standing(card));
    }

    /** Reads the installed file again and checks all of it: size, SHA-256, structure, every scale, metadata, template. */
    public Validation validate() {
        return registry.validate(this, Level.FULL);
    }

    /**
     * Checks the installed file.
     *
     * @param level {@code "quick"} for all that needs only its beginning, {@code "full"} for everything
     */
    public Validation validate(String level) {
        return registry.validate(this, Levels.named(level));
    }

    /**
     * How much memory it will take with a full context of so many tokens, part by part, each with its basis. Of a model that is
     * not downloaded it is computed from the catalog's form of the network; where the catalog lacks that, the beginning of the
     * file is fetched, usually a few megabytes.
     *
     * @throws BearException where its file is neither here nor can be reached
     */
    public MemoryEstimate memory(int contextTokens) {
        if (isDownloaded()) {
            return MemoryEstimate.of(gguf(), contextTokens);
        }
        if (card.shape().isPresent() && card.file().totalBytes().isPresent()) {
            return MemoryEstimate.of(card.shape().get(), card.file().totalBytes(), card.quantization(), contextTokens);
        }
        return card.file().origin() instanceof Origin.HubFile origin
                ? MemoryEstimate.of(registry.gguf(origin.toString()), contextTokens)
                : MemoryEstimate.of(gguf(), contextTokens);
    }

    /** Whether it fits this machine now, with the context that a session takes where nobody says otherwise. */
    public Fit fitsHere() {
        return fitsHere(Fitting.usualContext(card));
    }

    /**
     * Whether it fits this machine now with a full context of so many tokens: fits, tight, does not fit, or unknown, with numbers
     * and reasons. The forecast has an error bar that learns from the loads measured here.
     *
     * @param contextTokens 1 to 268435456
     */
    public Fit fitsHere(int contextTokens) {
        return registry.fitting().whole(card, contextTokens, Machine.here().gpus());
    }

    /** What its file says about itself. */
    public Gguf gguf() {
        return Gguf.read(file());
    }

    /**
     * Makes it the one active model, also of later sessions.
     *
     * @throws BearException where it is not downloaded, or its file fails a check
     */
    public Model activate() {
        verifiedFile();
        registry.activate(card.id());
        return this;
    }

    /** Makes no model active, if this is the active one. */
    public Model deactivate() {
        registry.deactivate(card.id());
        return this;
    }

    /**
     * Shows what removing it would do; {@code confirm()} does it.
     *
     * @throws BearException where there is nothing to remove
     */
    public Removal removal() {
        Library.Standing standing = registry.library().standing(card);
        if (standing.state() == ModelState.AVAILABLE) {
            throw new BearException("The model " + shortName() + " is not downloaded.", "There is nothing to remove.");
        }
        return new Removal(registry, this, standing);
    }

    @Override
    public Sheet sheet() {
        Library.Standing standing = registry.library().standing(card);
        Sheet.Builder sheet = Sheet.of(card.id().toString())
                .columns("property", "value")
                .row("state", state().badge(isActive()))
                .row("description", card.description())
                .row("parameters", card.parametersLabel())
                .row("quantization", card.quantization())
                .row(
                        "quality lost by it",
                        QuantizationLoss.of(card.quantization())
                                .map(loss -> loss.words(OptionalLong.of(card.parameters())))
                                .orElse(null))
                .row("file size", card.file().size().map(Object::toString).orElse("unknown"))
                .row("context", card.contextTokens() + " tokens")
                .row("license", card.license())
                .row("tags", String.join(", ", card.tags()))
                .row("origin", card.file().origin())
                .row("SHA-256", digest(standing));
        standing.manifest()
                .ifPresent(manifest -> sheet.row("file", standing.file())
                        .row("installed", manifest.source().installed())
                        .row(
                                "checks passed",
                                String.join(", ", manifest.checked().passed()))
                        .row("checked in full", manifest.checked().when()));
        standing.problem()
                .ifPresent(why -> sheet.note(
                        "Damaged: " + why + ". " + (isMendable() ? "Mend it with repair()." : "Download it again.")));
        if (standing.problem().isEmpty()) {
            problem().ifPresent(why -> sheet.note("Failed: " + why));
        }
        return sheet.build();
    }

    private String digest(Library.Standing standing) {
        return standing.manifest()
                .map(manifest -> manifest.sha256() + " (" + manifest.source().digestSource() + ")")
                .or(() -> card.file().sha256().map(Sha256::hex))
                .orElse("not known: pinned on first download");
    }

    @Override
    public String toString() {
        String line = shortName() + ": " + card.parametersLabel() + " parameters, " + card.quantization()
                + card.file().size().map(size -> ", " + size).orElse("");
        return line.length() > 80 ? line.substring(0, 79) + "…" : line;
    }
}
