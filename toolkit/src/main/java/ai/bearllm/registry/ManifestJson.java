package ai.bearllm.registry;

import ai.bearllm.download.PieceHashes;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Manifests as the JSON that stands beside a model's file: strict in what it must hold, open to fields of newer versions. */
final class ManifestJson {
    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
            .build();

    private ManifestJson() {}

    /**
     * Reads a manifest's bytes.
     *
     * @param path how errors call it
     * @throws BearException where they are anything that {@link #bytes} does not write
     */
    static Manifest parse(byte[] json, Path path) {
        try {
            return present("object", JSON.readValue(json, Form.class)).manifest();
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new BearException(
                    "The manifest " + path + " is not what Bear wrote: " + why + ".",
                    "Delete it and download the model again: a good file is recognized, not fetched twice.",
                    e);
        }
    }

    static byte[] bytes(Manifest manifest) throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(Form.of(manifest));
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("its " + name + " is null");
        }
        return value;
    }

    /** What stands of each file, beside its name, size and digest. */
    private record Seen(
            @Nullable String modified,
            @Nullable String fileKey,
            @Nullable Integer pieceBytes,
            @Nullable List<String> pieces) {
        static Seen of(InstalledFile file) {
            return new Seen(
                    file.stamp().map(stamp -> stamp.modified().toString()).orElse(null),
                    file.stamp().flatMap(FileStamp::key).orElse(null),
                    file.pieces().map(PieceHashes::pieceBytes).orElse(null),
                    file.pieces()
                            .map(pieces ->
                                    pieces.upTo().stream().map(Sha256::hex).toList())
                            .orElse(null));
        }

        InstalledFile file(@Nullable String name, long sizeBytes, @Nullable String sha256) {
            return new InstalledFile(
                    present("file", name),
                    sizeBytes,
                    new Sha256(present("sha256", sha256)),
                    Optional.ofNullable(modified)
                            .map(text -> new FileStamp(sizeBytes, Instant.parse(text), Optional.ofNullable(fileKey))),
                    pieceBytes == null || pieces == null
                            ? Optional.empty()
                            : Optional.of(new PieceHashes(
                                    pieceBytes, pieces.stream().map(Sha256::new).toList())));
        }
    }

    /** A further part. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record PartForm(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) long sizeBytes,
            @JsonProperty(required = true) String sha256,
            @Nullable String modified,
            @Nullable String fileKey,
            @Nullable Integer pieceBytes,
            @Nullable List<String> pieces) {
        static PartForm of(InstalledFile part) {
            Seen seen = Seen.of(part);
            return new PartForm(
                    part.name(),
                    part.sizeBytes(),
                    part.sha256().hex(),
                    seen.modified,
                    seen.fileKey,
                    seen.pieceBytes,
                    seen.pieces);
        }

        InstalledFile part() {
            return new Seen(modified, fileKey, pieceBytes, pieces).file(file, sizeBytes, sha256);
        }
    }

    /** The whole. The first file's fields stand among the model's own, as they did before there were parts. */
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
            InstalledFile first = manifest.first();
            Seen seen = Seen.of(first);
            List<PartForm> parts =
                    manifest.otherParts().stream().map(PartForm::of).toList();
            return new Form(
                    VERSION,
                    manifest.model().toString(),
                    first.name(),
                    first.sizeBytes(),
                    first.sha256().hex(),
                    manifest.source().digestSource(),
                    manifest.source().origin(),
                    manifest.source().installed().toString(),
                    manifest.checked().passed(),
                    manifest.storage().label(),
                    manifest.location().map(Path::toString).orElse(null),
                    seen.modified,
                    seen.fileKey,
                    manifest.checked().when().toString(),
                    manifest.problem().orElse(null),
                    seen.pieceBytes,
                    seen.pieces,
                    parts.isEmpty() ? null : parts);
        }

        Manifest manifest() {
            if (version != VERSION) {
                throw new IllegalArgumentException("its version is " + version + " but this Bear knows " + VERSION);
            }
            List<InstalledFile> files = new ArrayList<>();
            files.add(new Seen(modified, fileKey, pieceBytes, pieces).file(file, sizeBytes, sha256));
            if (otherParts != null) {
                otherParts.forEach(part -> files.add(part.part()));
            }
            return new Manifest(
                    ModelId.parse(present("model", model)),
                    files,
                    new Manifest.Source(
                            present("digestSource", digestSource),
                            present("origin", origin),
                            Instant.parse(present("installed", installed))),
                    storage == null ? Manifest.Storage.OWN : Manifest.Storage.valueOf(storage.toUpperCase(Locale.ROOT)),
                    Optional.ofNullable(location).map(Path::of),
                    new Manifest.FullCheck(
                            Instant.parse(checked == null ? installed : checked),
                            present("checks", checks),
                            Optional.ofNullable(problem)));
        }
    }
}
