package ai.bearllm.registry;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.hub.FileInfo;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.RemoteFile;
import ai.bearllm.hub.RepoFile;
import ai.bearllm.hub.RepoInfo;
import ai.bearllm.model.License;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelFile;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Makes a catalog entry of a model on the hub, pinned to its commit and digests. Everything there is a stranger's text. */
final class HubAdding {
    /** The tag of entries that were made so. */
    static final String TAG = "hub";

    /** What the hub calls licenses whose terms SPDX has, by SPDX's identifiers. */
    private static final Map<String, String> SPDX = Map.ofEntries(
            Map.entry("apache-2.0", "Apache-2.0"),
            Map.entry("mit", "MIT"),
            Map.entry("bsd-2-clause", "BSD-2-Clause"),
            Map.entry("bsd-3-clause", "BSD-3-Clause"),
            Map.entry("gpl-2.0", "GPL-2.0-only"),
            Map.entry("gpl-3.0", "GPL-3.0-only"),
            Map.entry("agpl-3.0", "AGPL-3.0-only"),
            Map.entry("lgpl-3.0", "LGPL-3.0-only"),
            Map.entry("mpl-2.0", "MPL-2.0"),
            Map.entry("cc-by-4.0", "CC-BY-4.0"),
            Map.entry("cc-by-sa-4.0", "CC-BY-SA-4.0"),
            Map.entry("cc-by-nc-4.0", "CC-BY-NC-4.0"),
            Map.entry("cc0-1.0", "CC0-1.0"),
            Map.entry("unlicense", "Unlicense"));

    private final Supplier<Hub> hub;
    private final Supplier<Catalog> catalog;
    private final OwnCatalog own;

    HubAdding(Supplier<Hub> hub, Supplier<Catalog> catalog, OwnCatalog own) {
        this.hub = hub;
        this.catalog = catalog;
        this.own = own;
    }

    /** The entry of this model: a new one in the user's catalog, or the one of the same content that is there. */
    ModelCard add(HubModel model) {
        Cancellation cancellation = Cancellation.create();
        return Task.await("adding", cancellation, () -> add(model, cancellation));
    }

    private ModelCard add(HubModel model, Cancellation cancellation) {
        List<ModelFile> parts = new ArrayList<>();
        for (RepoFile part : model.parts()) {
            parts.add(pinned(model.info(), part, cancellation));
        }
        List<ModelCard> known = catalog.get().cards();
        Optional<ModelCard> same = known.stream()
                .filter(card -> isSame(card.file().parts(), parts))
                .findFirst();
        if (same.isPresent()) {
            return same.get();
        }
        Origin.HubFile first = (Origin.HubFile) parts.get(0).origin();
        Gguf gguf = Gguf.read(RemoteFile.of(hub.get(), first, cancellation));
        ModelCard card = entry(model, gguf, parts, known);
        own.put(card);
        return card;
    }

    /** What a file is, at a commit: from the list of files, and where that lacks the digest, from the file's own headers. */
    private ModelFile pinned(RepoInfo repository, RepoFile part, Cancellation cancellation) {
        Origin.HubFile origin = repository.origin(part);
        String name = CardOfFile.safe(part.path().substring(part.path().lastIndexOf('/') + 1), "model.gguf");
        if (part.sha256().isPresent() && repository.commit().isPresent()) {
            return new ModelFile(name, origin, part.sizeBytes(), part.sha256());
        }
        FileInfo info = hub.get().file(origin, cancellation);
        OptionalLong size = part.sizeBytes().isPresent() ? part.sizeBytes() : info.sizeBytes();
        return new ModelFile(name, info.file(), size, part.sha256().or(info::sha256));
    }

    private static boolean isSame(List<ModelFile> known, List<ModelFile> wanted) {
        if (known.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < known.size(); i++) {
            boolean same = known.get(i).sha256().isPresent()
                    && known.get(i).sha256().equals(wanted.get(i).sha256());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private ModelCard entry(HubModel model, Gguf gguf, List<ModelFile> parts, List<ModelCard> known) {
        String[] place = model.repository().split("/", 2);
        String mark =
                parts.get(0).sha256().map(Sha256::hex).orElse(model.origin().revision());
        ModelCard described = new CardOfFile(gguf)
                .card(
                        Optional.of(place[0]),
                        Optional.of(place[place.length - 1]),
                        parts.get(0).name(),
                        parts.get(0).origin(),
                        parts.get(0).sha256());
        String quantization = model.quantization()
                .map(text -> text.replace('-', '_'))
                .filter(text -> text.matches("[A-Z0-9_]{1,32}"))
                .orElse(described.quantization());
        ModelId id = free(described.id(), quantization, mark, known);
        return new ModelCard(
                id,
                List.of(),
                description(model, gguf),
                described.parameters(),
                quantization,
                described.contextTokens(),
                described.chat(),
                license(model.info(), described.license()),
                gguf.chatTemplate().isPresent() ? List.of(TAG, "chat") : List.of(TAG),
                files(id, parts, mark, known),
                described.shape());
    }

    private static String description(HubModel model, Gguf gguf) {
        String own = gguf.metadata()
                .text("general.description")
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> text.length() > 300 ? text.substring(0, 299) + "…" : text)
                .orElse("Added from the hub.");
        return own + " Its file: " + Shown.line(model.repository() + "/" + model.path());
    }

    /** Names of folders are compared without case: two models must not meet in one on any system. */
    private static ModelId free(ModelId wanted, String quantization, String mark, List<ModelCard> known) {
        ModelId id = new ModelId(wanted.provider(), wanted.name(), Optional.of(quantization), Optional.empty());
        boolean taken = known.stream()
                .anyMatch(card -> card.id().toString().equalsIgnoreCase(id.toString())
                        || (card.id().base().equalsIgnoreCase(id.base())
                                && !card.id().base().equals(id.base())));
        return taken
                ? new ModelId(
                        id.provider(),
                        cut(id.name(), 80) + "-" + mark.substring(0, 7),
                        id.quantization(),
                        Optional.empty())
                : id;
    }

    private static String cut(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }

    private static ModelFile files(ModelId id, List<ModelFile> parts, String mark, List<ModelCard> known) {
        boolean taken = known.stream()
                .filter(card -> card.id().base().equalsIgnoreCase(id.base()))
                .flatMap(card -> card.file().parts().stream())
                .anyMatch(other -> parts.stream().anyMatch(part -> part.name().equalsIgnoreCase(other.name())));
        List<ModelFile> named = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            ModelFile part = parts.get(i);
            String name = parts.size() == 1
                    ? taken ? mark.substring(0, 7) + "-" + part.name() : part.name()
                    : CardOfFile.partName(
                            parts.get(0).name(), taken ? mark.substring(0, 7) + "-" : "", i, parts.size());
            named.add(new ModelFile(name, part.origin(), part.sizeBytes(), part.sha256()));
        }
        ModelFile first = named.get(0);
        return new ModelFile(
                first.name(), first.origin(), first.sizeBytes(), first.sha256(), named.subList(1, named.size()));
    }

    private License license(RepoInfo repository, License ofFile) {
        Optional<String> declared = repository.license().map(String::strip).filter(text -> !text.isEmpty());
        if (declared.isEmpty()) {
            return ofFile;
        }
        String spdx = SPDX.get(declared.get().toLowerCase(Locale.ROOT));
        return spdx != null
                ? new License(spdx, "https://spdx.org/licenses/" + spdx + ".html")
                : new License(Shown.line(declared.get()), hub.get().endpoint() + "/" + repository.id());
    }
}
