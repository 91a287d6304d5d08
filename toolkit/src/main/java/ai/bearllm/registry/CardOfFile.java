package ai.bearllm.registry;

import ai.bearllm.gguf.Architecture;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import ai.bearllm.model.License;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.ModelShape;
import ai.bearllm.model.Origin;
import ai.bearllm.model.PartName;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Makes a catalog entry of what a file says about itself. Everything in the file is a stranger's text. */
final class CardOfFile {
    private static final int LONGEST_NAME = 80;
    private static final Pattern QUANTIZATION = Pattern.compile("[A-Za-z0-9_]{1,32}");
    /** What a repository or a file adds to a model's name: its format and quantization. */
    private static final Pattern ENDING =
            Pattern.compile("(?i)([-._](gguf|(ud-)?i?q[0-9]+(_[a-z0-9]+)*|[tb]?f(16|32)|bf16|mxfp4))+$");

    private final Gguf gguf;

    CardOfFile(Gguf gguf) {
        this.gguf = gguf;
    }

    /**
     * The entry.
     *
     * @param provider who offers it, where its place tells, for example a repository's owner
     * @param name what it is called there
     * @throws BearException where the file holds no language model
     */
    ModelCard card(Optional<String> provider, Optional<String> name, String fileName, Origin origin, Sha256 sha256) {
        return card(provider, name, fileName, origin, Optional.of(sha256));
    }

    /** As above; without a digest where nobody has said it. */
    ModelCard card(
            Optional<String> provider, Optional<String> name, String fileName, Origin origin, Optional<Sha256> sha256) {
        return new ModelCard(
                id(provider, name, fileName),
                List.of(),
                description(),
                required(gguf.parameters(), "no weights"),
                quantization(),
                (int) Math.min(Integer.MAX_VALUE, required(gguf.contextTokens(), "no context length")),
                new ModelCard.Chat(
                        gguf.chatTemplate().isPresent() ? ModelCard.Kind.FILE_TEMPLATE : ModelCard.Kind.BASE,
                        Optional.empty()),
                license(),
                tags(),
                new ModelFile(
                        safe(fileName, "model.gguf"),
                        origin,
                        OptionalLong.of(gguf.size().bytes()),
                        sha256),
                shape());
    }

    /** Only where a few numbers describe the network: every layer attends, and all are alike. */
    private Optional<ModelShape> shape() {
        Optional<Architecture> architecture = gguf.architecture().flatMap(Architecture::of);
        boolean special = architecture.map(Architecture::isRecurrent).orElse(true)
                || gguf.ofArchitecture("attention.key_length_mla").isPresent()
                || gguf.ofArchitecture("attention.sliding_window").isPresent()
                || gguf.ofArchitecture("expert_count").orElse(0) > 0;
        if (special) {
            return Optional.empty();
        }
        try {
            int heads = whole(gguf.headCount());
            int width = whole(gguf.embeddingLength());
            OptionalLong length = gguf.ofArchitecture("attention.key_length");
            OptionalLong values = gguf.ofArchitecture("attention.value_length");
            if (values.isPresent() && !values.equals(length)) {
                return Optional.empty();
            }
            return Optional.of(new ModelShape(
                    architecture.orElseThrow().name(),
                    whole(gguf.blockCount()),
                    width,
                    heads,
                    whole(gguf.keyValueHeadCount()),
                    length.isPresent() ? whole(length) : width / heads,
                    whole(gguf.ofArchitecture("feed_forward_length")),
                    whole(gguf.vocabularySize())));
        } catch (ArithmeticException | IllegalArgumentException | NoSuchElementException e) {
            // Numbers that are missing or out of range describe nothing.
            return Optional.empty();
        }
    }

    private static int whole(OptionalLong number) {
        return Math.toIntExact(number.orElseThrow());
    }

    private long required(OptionalLong value, String lacking) {
        String kind = gguf.kind().orElse("model");
        if (!kind.equals("model") || value.isEmpty() || value.getAsLong() < 1) {
            String what = kind.equals("model") ? "it has " + lacking : "it says that it is a " + Shown.line(kind);
            throw new BearException(
                    gguf.source() + " holds no language model: " + what + ".",
                    "Add the file of the model itself; projectors and adapters belong to one.");
        }
        return value.getAsLong();
    }

    private ModelId id(Optional<String> provider, Optional<String> name, String fileName) {
        String maker = safe(
                provider.or(() -> gguf.metadata().text("general.organization"))
                        .or(() -> gguf.metadata().text("general.author"))
                        .orElse("local"),
                "local");
        String called = safe(
                ENDING.matcher(name.or(gguf::name).orElse(fileName.replaceFirst("(?i)\\.gguf$", "")))
                        .replaceFirst(""),
                "model");
        return new ModelId(maker, called, Optional.of(quantization()), Optional.empty());
    }

    private String quantization() {
        return gguf.quantization()
                .filter(text -> QUANTIZATION.matcher(text).matches())
                .orElse("unknown");
    }

    private String description() {
        return gguf.metadata()
                .text("general.description")
                .map(text -> text.strip())
                .filter(text -> !text.isEmpty())
                .map(text -> text.length() > 300 ? text.substring(0, 299) + "…" : text)
                .orElse("Added from a file; it has no description.");
    }

    private License license() {
        return gguf.license()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> new License(
                        Shown.line(text),
                        gguf.metadata().text("general.license.link").orElse("")))
                .orElse(License.UNKNOWN);
    }

    private List<String> tags() {
        List<String> tags = new ArrayList<>(List.of(Adoption.TAG));
        if (gguf.chatTemplate().isPresent()) {
            tags.add("chat");
        }
        return tags;
    }

    /** The file as the first part of a split model, where it is one; the parts lie beside each other. */
    static ModelFile split(ModelFile first, Path place, List<InstalledFile> others) {
        if (others.isEmpty()) {
            return first;
        }
        List<ModelFile> parts = new ArrayList<>();
        for (int i = 0; i < others.size(); i++) {
            InstalledFile part = others.get(i);
            parts.add(new ModelFile(
                    partName(first.name(), "", i + 1, others.size() + 1),
                    new Origin.LocalFile(place.resolveSibling(part.name())),
                    OptionalLong.of(part.sizeBytes()),
                    Optional.of(part.sha256())));
        }
        long bytes = first.sizeBytes().orElse(0)
                - others.stream().mapToLong(InstalledFile::sizeBytes).sum();
        return new ModelFile(
                partName(first.name(), "", 0, parts.size() + 1),
                first.origin(),
                bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty(),
                first.sha256(),
                parts);
    }

    /** The parts of one model share a name up to their numbers, by which they are found. */
    static String partName(String first, String prefix, int index, int count) {
        String stem = PartName.stem(first);
        String brief = stem.length() > LONGEST_NAME ? stem.substring(0, LONGEST_NAME) : stem;
        return new PartName(prefix + brief, index + 1, count).name();
    }

    /** A text as part of an id or a file's name: what is not allowed there becomes a hyphen. */
    static String safe(String text, String otherwise) {
        String plain = text.strip().replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[^A-Za-z0-9_]+", "");
        String cut = plain.length() > LONGEST_NAME ? ending(plain) : plain;
        String name = cut.replaceAll("[.-]+$", "");
        boolean device = name.toLowerCase(Locale.ROOT).matches("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
        return name.isEmpty() ? otherwise : device ? "_" + name : name;
    }

    /** Cut in the middle of a long name, so that it keeps its ending. */
    private static String ending(String name) {
        int dot = name.lastIndexOf('.');
        String end = dot > 0 && name.length() - dot <= 10 ? name.substring(dot) : "";
        return name.substring(0, LONGEST_NAME - end.length()) + end;
    }
}
