package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands beside an installed model and says what it is, so that the library needs no database.
 *
 * @param model its id
 * @param files its file, or the parts of a split model in their order; what this says of one file, it says of the first
 * @param source how it came here
 * @param storage whose the files are
 * @param location where a referenced model's first file lies; empty for files that lie beside their manifest
 * @param checked when and how its content was last checked in full
 */
record Manifest(
        ModelId model,
        List<InstalledFile> files,
        Source source,
        Storage storage,
        Optional<Path> location,
        FullCheck checked) {
    Manifest {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a model has at least one file");
        }
        if (storage != Storage.REFERENCED) {
            // What lies in the library was named by it.
            files.subList(1, files.size()).forEach(part -> ModelFile.requireSafe(part.name()));
        }
        if ((storage == Storage.REFERENCED) != location.isPresent()) {
            throw new IllegalArgumentException("a location stands exactly in the manifest of a referenced file");
        }
    }

    /**
     * How a model came here.
     *
     * @param digestSource how the digest was known: {@code catalog}, {@code hub}, or {@code pinned} at the first download
     * @param origin where it came from
     * @param installed when
     */
    record Source(String digestSource, String origin, Instant installed) {}

    /**
     * A check of all bytes.
     *
     * @param when it was made
     * @param passed the names of the checks that passed
     * @param problem what it found wrong; empty where it passed
     */
    record FullCheck(Instant when, List<String> passed, Optional<String> problem) {
        FullCheck {
            passed = List.copyOf(passed);
        }

        static FullCheck passed(Instant when, Validation validation) {
            return new FullCheck(when, namesOfPassed(validation), Optional.empty());
        }

        static FullCheck failed(Instant when, String problem) {
            return new FullCheck(when, List.of(), Optional.of(problem));
        }

        /** The names of the checks that passed, the digest first: whoever adopts or installs a file has compared or pinned it. */
        static List<String> namesOfPassed(Validation validation) {
            return Stream.concat(
                            Stream.of("SHA-256"),
                            validation.checks().stream()
                                    .filter(Check.Passed.class::isInstance)
                                    .map(Check::name))
                    .distinct()
                    .toList();
        }
    }

    /** Whose a model's file is. */
    enum Storage {
        /** The library's own: removing the model moves it to the trash. */
        OWN,
        /** A hard link to a file that was already here: it takes no space of its own while the other name exists. */
        LINKED,
        /** A file elsewhere, which others may move or change. */
        REFERENCED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Of files in the library's own folder. */
    static Manifest own(ModelId model, List<InstalledFile> files, Source source, FullCheck checked) {
        return new Manifest(model, files, source, Storage.OWN, Optional.empty(), checked);
    }

    /** The only file, or the first part. */
    InstalledFile first() {
        return files.get(0);
    }

    /** The parts after the first one. */
    List<InstalledFile> otherParts() {
        return files.subList(1, files.size());
    }

    /** The digest that the model is known by, that of its first file. */
    Sha256 sha256() {
        return first().sha256();
    }

    /** Bytes of all parts together. */
    long totalBytes() {
        return files.stream().mapToLong(InstalledFile::sizeBytes).sum();
    }

    /** Where the files are, in their order. */
    List<Path> places(Path first) {
        List<Path> places = new ArrayList<>(List.of(first));
        places.addAll(others(first));
        return places;
    }

    /** Where the parts after the first one are. */
    List<Path> others(Path first) {
        return otherParts().stream().map(part -> part.beside(first)).toList();
    }

    /** What the parts after the first one must be, by their names. */
    Map<String, Sha256> partDigests() {
        return otherParts().stream()
                .collect(Collectors.toUnmodifiableMap(InstalledFile::name, InstalledFile::sha256, (a, b) -> a));
    }

    /** How all files looked at the last full check. */
    List<Optional<FileStamp>> stamps() {
        return files.stream().map(InstalledFile::stamp).toList();
    }

    /** How all files look now; empty where one cannot be looked at. */
    List<Optional<FileStamp>> stampsNow(Path first) {
        return places(first).stream().map(FileStamp::ofContent).toList();
    }

    /** Whether every file can be mended piece by piece. */
    boolean hasPieces() {
        return files.stream().allMatch(file -> file.pieces().isPresent());
    }

    /** What the last full check found wrong; empty where it passed. */
    Optional<String> problem() {
        return checked.problem();
    }

    /**
     * The same model after another full check, which it passed.
     *
     * @param stamps how its files looked then
     */
    Manifest passed(Instant when, List<Optional<FileStamp>> stamps, Validation validation) {
        List<InstalledFile> seen = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            seen.add(files.get(i).seen(stamps.get(i)));
        }
        return new Manifest(model, seen, source, storage, location, FullCheck.passed(when, validation));
    }

    /** The same model after a check that it failed: it is not used until it is mended or fetched again. */
    Manifest failed(Instant when, String what) {
        List<InstalledFile> unseen = new ArrayList<>(files);
        unseen.set(0, first().seen(Optional.empty()));
        return new Manifest(model, unseen, source, storage, location, FullCheck.failed(when, what));
    }

    static Path beside(Path modelFile) {
        return modelFile.resolveSibling(modelFile.getFileName() + ".json");
    }

    /** Reads the manifest beside a model's file; empty where there is none. */
    static Optional<Manifest> read(Path modelFile) {
        Path path = beside(modelFile);
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(ManifestJson.parse(Files.readAllBytes(path), path));
        } catch (IOException e) {
            throw new BearException(
                    "The manifest " + path + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    /** As {@link #read}, but empty too where it cannot be read: it then describes nothing. */
    static Optional<Manifest> readable(Path modelFile) {
        try {
            return read(modelFile);
        } catch (BearException e) {
            return Optional.empty();
        }
    }

    void write(Path modelFile) throws IOException {
        Home.replace(beside(modelFile), ManifestJson.bytes(this));
    }

    /** Without waiting for the disk: for what is found and adopted again if it is lost. */
    void writeQuickly(Path modelFile) throws IOException {
        Home.replace(beside(modelFile), ManifestJson.bytes(this), false);
    }
}
