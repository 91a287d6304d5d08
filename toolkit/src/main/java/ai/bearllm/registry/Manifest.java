package ai.bearllm.registry;

import ai.bearllm.download.PieceHashes;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Shown;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.Validation;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The JSON beside an installed file that says what it is, so that the library needs no database.
 *
 * @param model its id
 * @param file the file's name, in the same folder
 * @param sizeBytes the file's size when it was installed
 * @param sha256 its digest when it was installed
 * @param digestSource how the digest was known: {@code catalog}, {@code hub}, or {@code pinned} at the first download
 * @param origin where it came from
 * @param installed when
 * @param checks the names of the checks it passed at the last full check
 * @param storage whose file it is
 * @param location where a referenced file lies; empty for files that lie beside their manifest
 * @param stamp how the file looked at the last full check; empty in manifests of older versions
 * @param checked when its content was last checked in full
 * @param problem what its last full check found wrong; empty where it passed
 * @param pieces what each piece of the file must be, where it was downloaded by a version that keeps them
 * @param otherParts of a split model, in their order, beside the first part; none of a model in one file
 */
record Manifest(
        ModelId model,
        String file,
        long sizeBytes,
        Sha256 sha256,
        String digestSource,
        String origin,
        Instant installed,
        List<String> checks,
        Storage storage,
        Optional<Path> location,
        Optional<FileStamp> stamp,
        Instant checked,
        Optional<String> problem,
        Optional<PieceHashes> pieces,
        List<Part> otherParts) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    /** Of a model in one file. */
    Manifest(
            ModelId model,
            String file,
            long sizeBytes,
            Sha256 sha256,
            String digestSource,
            String origin,
            Instant installed,
            List<String> checks,
            Storage storage,
            Optional<Path> location,
            Optional<FileStamp> stamp,
            Instant checked,
            Optional<String> problem,
            Optional<PieceHashes> pieces) {
        this(
                model,
                file,
                sizeBytes,
                sha256,
                digestSource,
                origin,
                installed,
                checks,
                storage,
                location,
                stamp,
                checked,
                problem,
                pieces,
                List.of());
    }

    Manifest {
        checks = List.copyOf(checks);
        otherParts = List.copyOf(otherParts);
        if (storage != Storage.REFERENCED) {
            // What lies in the library was named by it.
            otherParts.forEach(part -> ModelFile.requireSafe(part.file));
        }
        if ((storage == Storage.REFERENCED) != location.isPresent()) {
            throw new IllegalArgumentException("a location stands exactly in the manifest of a referenced file");
        }
    }

    /**
     * A further part of a split model.
     *
     * @param file its name, in the first part's folder
     * @param sizeBytes its size when it was installed
     * @param sha256 its digest when it was installed
     * @param stamp how it looked at the last full check
     */
    record Part(String file, long sizeBytes, Sha256 sha256, Optional<FileStamp> stamp) {
        Part {
            // A manifest may be anybody's: its names lead nowhere but beside it.
            boolean element = !file.isBlank()
                    && file.length() <= 255
                    && !file.equals(".")
                    && !file.equals("..")
                    && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
            if (!element) {
                throw new IllegalArgumentException(
                        "a part is called \"" + Shown.line(file) + "\", which is no file's name");
            }
        }

        Path beside(Path first) {
            return first.resolveSibling(file);
        }
    }

    /** Bytes of all parts together. */
    long totalBytes() {
        return sizeBytes + otherParts.stream().mapToLong(Part::sizeBytes).sum();
    }

    /** Where the other parts are. */
    List<Path> others(Path first) {
        return otherParts.stream().map(part -> part.beside(first)).toList();
    }

    /** What the other parts must be, by their names. */
    Map<String, Sha256> partDigests() {
        return otherParts.stream().collect(Collectors.toUnmodifiableMap(Part::file, Part::sha256, (a, b) -> a));
    }

    /** How all parts looked at the last full check. */
    List<Optional<FileStamp>> stamps() {
        return Stream.concat(Stream.of(stamp), otherParts.stream().map(Part::stamp))
                .toList();
    }

    /** How all parts look now; empty where one cannot be looked at. */
    List<Optional<FileStamp>> stampsNow(Path first) {
        return Stream.concat(Stream.of(first), others(first).stream())
                .map(FileStamp::ofContent)
                .toList();
    }

    /** Whose a model's file is. */
    enum Storage {
        /** The library's own: removing the model moves it to the trash. */
        OWN,
        /** A hard link to a file that was already here: it takes no space of its own while the other name exists. */
        LINKED,
        /** A file elsewhere, which others may move or change. */
        REFERENCED;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The same file after another full check.
     *
     * @param stamps how its parts looked then
     */
    Manifest checked(Instant when, List<Optional<FileStamp>> stamps, List<String> passed) {
        List<Part> seen = new ArrayList<>();
        for (int i = 0; i < otherParts.size(); i++) {
            Part part = otherParts.get(i);
            seen.add(new Part(part.file, part.sizeBytes, part.sha256, stamps.get(i + 1)));
        }
        return new Manifest(
                model,
                file,
                sizeBytes,
                sha256,
                digestSource,
                origin,
                installed,
                passed,
                storage,
                location,
                stamps.get(0),
                when,
                Optional.empty(),
                pieces,
                seen);
    }

    /** The same file after a check that it failed: it is not used until it is mended or fetched again. */
    Manifest failed(Instant when, String what) {
        return new Manifest(
                model,
                file,
                sizeBytes,
                sha256,
                digestSource,
                origin,
                installed,
                List.of(),
                storage,
                location,
                Optional.empty(),
                when,
                Optional.of(what),
                pieces,
                otherParts);
    }

    /** The names of the checks that passed, the digest first: whoever adopts or installs a file has compared or pinned it. */
    static List<String> passed(Validation validation) {
        return Stream.concat(
                        Stream.of("SHA-256"),
                        validation.checks().stream()
                                .filter(Check.Passed.class::isInstance)
                                .map(Check::name))
                .distinct()
                .toList();
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
            return Optional.of(parse(Files.readAllBytes(path), path));
        } catch (IOException e) {
            throw new BearException(
                    "The manifest " + path + " cannot be read: " + e + ".", "Check its permissions.", e);
        }
    }

    /**
     * Reads a manifest's bytes.
     *
     * @param path how errors call it
     * @throws BearException where they are anything that {@link #write} does not write
     */
    static Manifest parse(byte[] json, Path path) {
        try {
            Form form = JSON.readValue(json, Form.class);
            return present("object", form).manifest();
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            throw new BearException(
                    "The manifest " + path + " is not what Bear wrote: " + firstLine(e) + ".",
                    "Delete it and download the model again: a good file is recognized, not fetched twice.",
                    e);
        }
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("its " + name + " is null");
        }
        return value;
    }

    byte[] json() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(Form.of(this));
    }

    void write(Path modelFile) throws IOException {
        Home.replace(beside(modelFile), json());
    }

    /** Without waiting for the disk: for what is found and adopted again if it is lost. */
    void writeQuickly(Path modelFile) throws IOException {
        Home.replace(beside(modelFile), json(), false);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** A further part as JSON has it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record PartForm(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) long sizeBytes,
            @JsonProperty(required = true) String sha256,
            @Nullable String modified,
            @Nullable String fileKey) {
        static PartForm of(Part part) {
            return new PartForm(
                    part.file,
                    part.sizeBytes,
                    part.sha256.hex(),
                    part.stamp.map(stamp -> stamp.modified().toString()).orElse(null),
                    part.stamp.flatMap(FileStamp::key).orElse(null));
        }

        Part part() {
            return new Part(
                    present("file", file),
                    sizeBytes,
                    new Sha256(present("sha256", sha256)),
                    Optional.ofNullable(modified)
                            .map(text -> new FileStamp(sizeBytes, Instant.parse(text), Optional.ofNullable(fileKey))));
        }
    }

    /** The manifest as JSON has it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Form(
            @JsonProperty(required = true) int version,
            @JsonProperty(required = true) String model,
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) long sizeBytes,
            @JsonProperty(required = true) String sha256,
            @JsonProperty(required = true) String digestSource,
            @JsonProperty(required = true) String origin,
            @JsonProperty(required = true) String installed,
            @JsonProperty(required = true) List<String> checks,
            @Nullable String storage,
            @Nullable String location,
            @Nullable String modified,
            @Nullable String fileKey,
            @Nullable String checked,
            @Nullable String problem,
            @Nullable Integer pieceBytes,
            @Nullable List<String> pieces,
            @Nullable List<PartForm> otherParts) {
        static Form of(Manifest manifest) {
            return new Form(
                    1,
                    manifest.model.toString(),
                    manifest.file,
                    manifest.sizeBytes,
                    manifest.sha256.hex(),
                    manifest.digestSource,
                    manifest.origin,
                    manifest.installed.toString(),
                    manifest.checks,
                    manifest.storage.label(),
                    manifest.location.map(Path::toString).orElse(null),
                    manifest.stamp.map(stamp -> stamp.modified().toString()).orElse(null),
                    manifest.stamp.flatMap(FileStamp::key).orElse(null),
                    manifest.checked.toString(),
                    manifest.problem.orElse(null),
                    manifest.pieces.map(PieceHashes::pieceBytes).orElse(null),
                    manifest.pieces
                            .map(pieces ->
                                    pieces.upTo().stream().map(Sha256::hex).toList())
                            .orElse(null),
                    manifest.otherParts.isEmpty()
                            ? null
                            : manifest.otherParts.stream().map(PartForm::of).toList());
        }

        Manifest manifest() {
            if (version != 1) {
                throw new IllegalArgumentException("its version is " + version + " but this Bear knows 1");
            }
            return new Manifest(
                    ModelId.parse(present("model", model)),
                    present("file", file),
                    sizeBytes,
                    new Sha256(present("sha256", sha256)),
                    present("digestSource", digestSource),
                    present("origin", origin),
                    Instant.parse(present("installed", installed)),
                    present("checks", checks),
                    storage == null ? Storage.OWN : Storage.valueOf(storage.toUpperCase(Locale.ROOT)),
                    Optional.ofNullable(location).map(Path::of),
                    Optional.ofNullable(modified)
                            .map(text -> new FileStamp(sizeBytes, Instant.parse(text), Optional.ofNullable(fileKey))),
                    Instant.parse(checked == null ? installed : checked),
                    Optional.ofNullable(problem),
                    pieceHashes(),
                    otherParts == null
                            ? List.of()
                            : otherParts.stream().map(PartForm::part).toList());
        }

        private Optional<PieceHashes> pieceHashes() {
            return pieceBytes == null || pieces == null
                    ? Optional.empty()
                    : Optional.of(new PieceHashes(
                            pieceBytes, pieces.stream().map(Sha256::new).toList()));
        }
    }
}
