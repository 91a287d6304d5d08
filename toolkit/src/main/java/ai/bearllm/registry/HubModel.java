package ai.bearllm.registry;

import ai.bearllm.estimate.MemoryEstimate;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.hub.RepoFile;
import ai.bearllm.hub.RepoInfo;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Origin;
import ai.bearllm.model.PartName;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A GGUF model in a repository of the hub: one file, or all parts of a split one. */
public final class HubModel implements Shown {
    private static final int LONGEST_PATH = 1000;
    /** As converters write it into names. */
    private static final Pattern QUANTIZATION = Pattern.compile(
            "(?<![A-Za-z0-9])((?:UD-)?(?:I?Q[1-9][0-9]?(?:_[A-Z0-9]{1,4})*|TQ[12]_0|BF16|FP?16|FP?32|MXFP4(?:_MOE)?))(?![A-Za-z0-9])",
            Pattern.CASE_INSENSITIVE);

    private final HubModels hub;
    private final RepoInfo repository;
    private final List<RepoFile> parts;

    private HubModel(HubModels hub, RepoInfo repository, List<RepoFile> parts) {
        this.hub = hub;
        this.repository = repository;
        this.parts = List.copyOf(parts);
    }

    /** The models of a repository, in the order of their names; projectors are none, and incomplete splits neither. */
    static List<HubModel> of(HubModels hub, RepoInfo repository) {
        List<HubModel> models = new ArrayList<>();
        Map<PartName, Map<Integer, RepoFile>> splits = new LinkedHashMap<>();
        for (RepoFile file : repository.ggufFiles()) {
            if (!isUsable(file) || isProjector(file)) {
                continue;
            }
            Optional<PartName> part = PartName.ofSeveral(file.path());
            if (part.isPresent()) {
                splits.computeIfAbsent(part.get().part(1), key -> new TreeMap<>())
                        .put(part.get().number(), file);
            } else {
                models.add(new HubModel(hub, repository, List.of(file)));
            }
        }
        splits.forEach((first, split) -> {
            if (split.size() == first.count()) {
                models.add(new HubModel(hub, repository, new ArrayList<>(split.values())));
            }
        });
        models.sort(Comparator.comparing(HubModel::path));
        return models;
    }

    /** Whether a path can be asked for at all: a hub's answer may say anything. */
    static boolean isUsable(RepoFile file) {
        String path = file.path();
        if (path.length() > LONGEST_PATH || path.chars().anyMatch(Character::isISOControl) || path.contains("\\")) {
            return false;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    private static boolean isProjector(RepoFile file) {
        return file.path().toLowerCase(Locale.ROOT).contains("mmproj");
    }

    /** The repository's {@code owner/name}. */
    public String repository() {
        return repository.id();
    }

    RepoInfo info() {
        return repository;
    }

    /** The path of its file in the repository; of a split model the first part's. */
    public String path() {
        return parts.get(0).path();
    }

    String fileName() {
        return path().substring(path().lastIndexOf('/') + 1);
    }

    /** Its files: one, or the parts of a split model in their order. */
    public List<RepoFile> parts() {
        return parts;
    }

    /** Bytes of all parts together; empty where the hub does not say. */
    public OptionalLong sizeBytes() {
        long sum = 0;
        for (RepoFile part : parts) {
            if (part.sizeBytes().isEmpty() || part.sizeBytes().getAsLong() > Long.MAX_VALUE - sum) {
                return OptionalLong.empty();
            }
            sum += part.sizeBytes().getAsLong();
        }
        return OptionalLong.of(sum);
    }

    /** The size of all parts together, for people; empty where the hub does not say. */
    public Optional<ByteSize> size() {
        return sizeBytes().isPresent() ? Optional.of(new ByteSize(sizeBytes().getAsLong())) : Optional.empty();
    }

    /** What its name says about how it is quantized, in upper case, for example {@code Q4_K_M}; empty where it says nothing. */
    public Optional<String> quantization() {
        Matcher matcher = QUANTIZATION.matcher(path().replaceFirst("(?i)\\.gguf$", ""));
        Optional<String> last = Optional.empty();
        while (matcher.find()) {
            last = Optional.of(matcher.group(1).toUpperCase(Locale.ROOT));
        }
        return last;
    }

    /** Where it comes from, at the repository's present commit; of a split model the first part. */
    public Origin.HubFile origin() {
        return repository.origin(parts.get(0));
    }

    /** What the file says about itself; its beginning is fetched, usually a few megabytes. */
    public Gguf gguf() {
        return hub.header(origin());
    }

    /**
     * How much memory it will take with a context of so many tokens; the file's beginning is fetched.
     *
     * @throws BearException where it cannot be read
     */
    public MemoryEstimate memory(int contextTokens) {
        return MemoryEstimate.of(gguf(), contextTokens);
    }

    /**
     * Adds it to the known models: an entry in the home's {@code registry.json}, pinned to its commit and SHA-256. Nothing but
     * its beginning is fetched; {@code .download()} of what this returns fetches it. A model that is known already by its
     * content is returned as it is.
     *
     * @throws BearException where it cannot be read, or holds no language model
     */
    public Model add() {
        return hub.add(this);
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("file", "size", "SHA-256");
        for (RepoFile part : parts) {
            sheet.row(
                    Shown.line(part.path()),
                    part.size().orElse(null),
                    part.sha256().map(Sha256::hex).orElse(null));
        }
        return sheet.note("In " + repository.id() + ". .add() makes it one of bear.models(); .gguf() looks into it.")
                .build();
    }

    /** Its name, quantization and size. */
    @Override
    public String toString() {
        String split = parts.size() > 1 ? " in " + parts.size() + " parts" : "";
        return Shown.line(fileName() + size().map(size -> ", " + size).orElse("") + split);
    }
}
