package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.stores.ForeignFile;
import ai.bearllm.validation.FileMemory;
import ai.bearllm.validation.Level;
import ai.bearllm.validation.Remembered;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.ValidationRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares what other programs keep with the catalog and the library, and takes it in. */
final class Adopting {
    private final Installer installer;
    private final Adoption adoption;
    private final SignatureGate gate;
    private final FileMemory memory;
    private final Library library;

    Adopting(Installer installer, Adoption adoption, SignatureGate gate, FileMemory memory, Library library) {
        this.installer = installer;
        this.adoption = adoption;
        this.gate = gate;
        this.memory = memory;
        this.library = library;
    }

    /** What is known of files before any is read. */
    List<AdoptableModel> judge(Registry registry, List<ForeignFile> files) {
        Catalog catalog = registry.known();
        Map<Sha256, ModelId> byDigest = new HashMap<>();
        catalog.cards().forEach(card -> card.file().sha256().ifPresent(sha -> byDigest.putIfAbsent(sha, card.id())));
        Map<String, Path> installed = installed(catalog);
        List<AdoptableModel> models = new ArrayList<>();
        for (ForeignFile file : files) {
            Optional<Path> mine = identity(file.file()).map(installed::get);
            // The library's own file is nobody else's.
            if (!mine.equals(Optional.of(file.file()))) {
                Optional<Sha256> known = known(file);
                models.add(
                        new AdoptableModel(file, known, known.or(file::claimed).map(byDigest::get), mine.isPresent()));
            }
        }
        return models;
    }

    private Optional<Sha256> known(ForeignFile file) {
        try {
            return memory.of(file.file()).map(Remembered::sha256);
        } catch (BearException e) {
            // It vanished meanwhile.
            return Optional.empty();
        }
    }

    /** The files in the library's folder that are installed, or where they lie, by what the file system knows them by. */
    private Map<String, Path> installed(Catalog catalog) {
        Map<String, Path> files = new HashMap<>();
        for (ModelCard card : catalog.cards()) {
            Library.Standing standing = standing(card);
            if (standing.state() == ModelState.DOWNLOADED) {
                identity(standing.file()).ifPresent(key -> files.put(key, library.fileOf(card)));
            }
        }
        return files;
    }

    /** A manifest that cannot be read is no reason not to look for files. */
    private Library.Standing standing(ModelCard card) {
        try {
            return library.standing(card);
        } catch (BearException e) {
            return new Library.Standing(
                    ModelState.FAILED, library.fileOf(card), Optional.empty(), Optional.of(e.problem()));
        }
    }

    private static Optional<String> identity(Path file) {
        try {
            Path real = file.toRealPath();
            return Optional.of(FileStamp.of(real).key().orElseGet(real::toString));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Checks a file in full and remembers the outcome with its digest, so that adopting it reads it no more. */
    void identify(ForeignFile file) {
        checked(file, Cancellation.create());
    }

    private Validation checked(ForeignFile file, Cancellation cancellation) {
        ValidationRequest request = installer
                .validation(file.file())
                .remembering(memory)
                .expecting(file.claimed())
                .cancellation(cancellation);
        return (file.isSplit() ? request.allParts() : request).run();
    }

    /** Takes in what can be; the catalog is written once. */
    Adopted adopt(Registry registry, List<AdoptableModel> models, Cancellation cancellation) {
        List<Adoption.Taken> taken = new ArrayList<>();
        List<Adopted.Refused> refused = new ArrayList<>();
        List<ModelCard> cards = new ArrayList<>(registry.known().cards());
        try {
            for (AdoptableModel model : models) {
                cancellation.check();
                ForeignFile file = model.found();
                if (file.problem().isPresent()) {
                    refused.add(new Adopted.Refused(
                            file,
                            "It was left out: " + file.problem().get() + ".",
                            "Look at it with bear.gguf(\"...\")."));
                    continue;
                }
                try {
                    Adoption.Taken one = take(file, Catalog.of(cards), cancellation);
                    taken.add(one);
                    if (one.isNew()) {
                        cards.add(one.card());
                    }
                } catch (BearException e) {
                    refused.add(new Adopted.Refused(file, e.problem(), e.fix()));
                }
            }
        } finally {
            // Also where it was stopped in the middle: what was taken in must be known.
            adoption.enter(taken);
        }
        return new Adopted(taken.stream().map(one -> registry.model(one.card())).toList(), refused);
    }

    private Adoption.Taken take(ForeignFile file, Catalog catalog, Cancellation cancellation) {
        Path first = file.file();
        Validation validation = checked(file, cancellation);
        if (validation.ok()) {
            gate.require(
                    first,
                    validation.sha256().orElseThrow(),
                    file.origin().map(Origin.HubFile::path).orElse(String.valueOf(first.getFileName())),
                    Optional.empty());
        }
        Adoption.Taken taken = adoption.take(
                new Adoption.Candidate(first, file.provider(), file.title(), file.origin()), validation, catalog);
        // A hard link changes a file's times but not its content.
        memory.remember(
                first,
                validation.sha256().orElseThrow(),
                Optional.of(Level.FULL),
                Manifest.FullCheck.namesOfPassed(validation));
        return taken;
    }
}
