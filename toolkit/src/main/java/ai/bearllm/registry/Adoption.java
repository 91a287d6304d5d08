package ai.bearllm.registry;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufPart;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Origin;
import ai.bearllm.model.PartName;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.FileMemory;
import ai.bearllm.validation.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes files into the library that are on this machine already, without a copy: as a hard link on the same volume, else by
 * their path. Files are recognized by content: one that the catalog declares becomes that model.
 */
final class Adoption {
    /** The tag of entries that were made for an adopted file. */
    static final String TAG = "adopted";

    private final Library library;
    private final OwnCatalog own;
    private final FileMemory memory;
    private final Clock clock;

    /**
     * @param memory where the digests of the parts of a split model are known from its check
     */
    Adoption(Library library, OwnCatalog own, FileMemory memory, Clock clock) {
        this.library = library;
        this.memory = memory;
        this.own = own;
        this.clock = clock;
    }

    /**
     * A file to adopt.
     *
     * @param file with links resolved; the first part of a split model
     * @param provider who offers it, where its place tells
     * @param name what it is called there
     * @param origin where on the hub it came from, where its place tells
     */
    record Candidate(Path file, Optional<String> provider, Optional<String> name, Optional<Origin.HubFile> origin) {
        /** One file whose place tells nothing. */
        static Candidate of(Path file) {
            return new Candidate(file, Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /**
     * A file that was taken into the library.
     *
     * @param card the model that it is
     * @param isNew whether the catalog does not know that model yet: {@link #enter} tells it
     */
    record Taken(ModelCard card, boolean isNew) {}

    /**
     * Adopts a file that was checked in full.
     *
     * @throws BearException where it failed a check, or holds no language model; nothing was changed
     */
    ModelCard adopt(Candidate candidate, Validation validation, Catalog catalog) {
        Taken taken = take(candidate, validation, catalog);
        enter(List.of(taken));
        return taken.card();
    }

    /** As {@link #adopt}, but for the user's catalog, which is written once for many files. */
    Taken take(Candidate candidate, Validation validation, Catalog catalog) {
        Path file = candidate.file();
        if (!validation.ok()) {
            Check.Failed failure = validation.failures().get(0);
            throw new BearException(
                    file + " was not added: " + failure.name() + ": found " + failure.found() + ", expected "
                            + failure.expected() + ".",
                    failure.fix());
        }
        Sha256 sha256 = validation.sha256().orElseThrow();
        Gguf gguf = validation.gguf().orElseThrow();
        List<InstalledFile> others = others(file, gguf);
        Optional<ModelCard> known = catalog.cards().stream()
                .filter(card -> isSame(card.file(), sha256, others))
                .findFirst();
        ModelCard card = known.orElseGet(() -> entry(candidate, gguf, sha256, others, catalog));
        if (library.standing(card).state() != ModelState.DOWNLOADED) {
            place(card, candidate, sha256, known.isPresent(), validation, others);
        }
        return new Taken(card, known.isEmpty());
    }

    /** The file to adopt: links resolved, but for a part of a split model, whose name tells which it is; then the first. */
    static Path real(Path file) {
        try {
            Optional<PartName> part = PartName.ofSeveral(String.valueOf(file.getFileName()));
            if (part.isEmpty()) {
                return file.toRealPath();
            }
            Path first = file.toAbsolutePath().resolveSibling(part.get().part(1).name());
            Path folder = Optional.ofNullable(first.getParent()).orElse(first);
            return folder.toRealPath().resolve(String.valueOf(first.getFileName()));
        } catch (IOException e) {
            throw new BearException("There is no file " + file.toAbsolutePath() + ".", "Check the path.", e);
        }
    }

    /** The other parts, as they were read for the check. */
    private List<InstalledFile> others(Path first, Gguf gguf) {
        List<InstalledFile> others = new ArrayList<>();
        for (GgufPart part : gguf.parts().subList(1, gguf.parts().size())) {
            Path file = first.resolveSibling(part.name());
            Sha256 sha256 = memory.sha256(file, ProgressListener.NONE, Cancellation.create());
            others.add(InstalledFile.of(part.name(), file, part.size().bytes(), sha256, Optional.empty()));
        }
        return others;
    }

    private static boolean isSame(ModelFile known, Sha256 sha256, List<InstalledFile> others) {
        List<Optional<Sha256>> wanted =
                others.stream().map(part -> Optional.of(part.sha256())).toList();
        return known.sha256().equals(Optional.of(sha256))
                && known.otherParts().stream().map(ModelFile::sha256).toList().equals(wanted);
    }

    /** Writes the entries of models that were new. */
    void enter(List<Taken> taken) {
        List<ModelCard> cards =
                taken.stream().filter(Taken::isNew).map(Taken::card).toList();
        if (!cards.isEmpty()) {
            own.put(cards);
        }
    }

    private static ModelCard entry(
            Candidate candidate, Gguf gguf, Sha256 sha256, List<InstalledFile> others, Catalog catalog) {
        ModelCard card = new CardOfFile(gguf)
                .card(
                        candidate.provider(),
                        candidate.name(),
                        String.valueOf(candidate.file().getFileName()),
                        candidate
                                .origin()
                                .<Origin>map(from -> from)
                                .orElseGet(() -> new Origin.LocalFile(candidate.file())),
                        sha256)
                .file(file -> CardOfFile.split(file, candidate.file(), others));
        boolean taken = catalog.cards().stream()
                .anyMatch(other ->
                        other.id().toString().equalsIgnoreCase(card.id().toString()));
        return taken ? renamed(card, sha256) : card;
    }

    /** Another file has this name: the content tells them apart. */
    private static ModelCard renamed(ModelCard card, Sha256 sha256) {
        ModelId id = card.id();
        String name = id.name() + "-" + sha256.hex().substring(0, 7);
        return new ModelCard(
                new ModelId(id.provider(), name, id.quantization(), id.commit()),
                card.aliases(),
                card.description(),
                card.parameters(),
                card.quantization(),
                card.contextTokens(),
                card.chat(),
                card.license(),
                card.tags(),
                card.file(),
                card.shape());
    }

    private void place(
            ModelCard card,
            Candidate candidate,
            Sha256 sha256,
            boolean declared,
            Validation validation,
            List<InstalledFile> others) {
        Path file = candidate.file();
        Path place = library.fileOf(card);
        try {
            library.prepare(card);
            // The parts of a split model are found by their names, beside each other.
            Manifest.Storage storage = others.isEmpty() ? storage(file, place) : Manifest.Storage.REFERENCED;
            List<InstalledFile> files = new ArrayList<>();
            files.add(InstalledFile.of(card.file().name(), file, Files.size(file), sha256, Optional.empty()));
            files.addAll(others);
            Manifest manifest = new Manifest(
                    card.id(),
                    files,
                    new Manifest.Source(
                            declared ? "catalog" : "pinned", new Origin.LocalFile(file).toString(), clock.instant()),
                    storage,
                    storage == Manifest.Storage.REFERENCED ? Optional.of(file) : Optional.empty(),
                    Manifest.FullCheck.passed(clock.instant(), validation));
            Path signature = SignatureGate.beside(file);
            if (Files.exists(signature) && !Files.exists(SignatureGate.beside(place))) {
                Files.copy(signature, SignatureGate.beside(place));
            }
            manifest.writeQuickly(place);
        } catch (IOException e) {
            throw new BearException(
                    file + " could not be added to the library: " + e + ".",
                    "Check permissions and free space of " + place.getParent() + ", then try again.",
                    e);
        }
    }

    private static Manifest.Storage storage(Path file, Path place) throws IOException {
        if (Files.exists(place)) {
            boolean link = !file.equals(place.toRealPath());
            return !Files.isSameFile(file, place)
                    ? Manifest.Storage.REFERENCED
                    : link ? Manifest.Storage.LINKED : Manifest.Storage.OWN;
        }
        try {
            Files.createLink(place, file);
            return Manifest.Storage.LINKED;
        } catch (IOException | UnsupportedOperationException e) {
            // Another volume, a file system without links, or somebody else's file.
            return Manifest.Storage.REFERENCED;
        }
    }

    /** Whether an entry exists only because a file was adopted, so that it goes with the file. */
    static boolean madeEntry(ModelCard card) {
        return card.tags().contains(TAG) && card.file().origin() instanceof Origin.LocalFile;
    }
}
