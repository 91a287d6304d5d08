package ai.bearllm.registry;

import ai.bearllm.hub.RepoFile;
import ai.bearllm.hub.RepoInfo;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.model.Status;
import ai.bearllm.table.Tabular;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** A repository of the Hugging Face Hub, and the models in it. What needs more than a search tells is asked for once. */
public final class HubRepository implements Tabular {
    private static final int NAMED = 12;

    private final HubModels hub;
    private final RepoInfo found;
    private Optional<RepoInfo> whole = Optional.empty();

    HubRepository(HubModels hub, RepoInfo found) {
        this.hub = hub;
        this.found = found;
    }

    static HubRepository whole(HubModels hub, RepoInfo info) {
        HubRepository repository = new HubRepository(hub, info);
        repository.whole = Optional.of(info);
        return repository;
    }

    /** {@code owner/name}. */
    public String id() {
        return found.id();
    }

    /** What the hub says about it, its files with sizes and digests included; asks the hub the first time. */
    public synchronized RepoInfo info() {
        if (whole.isEmpty()) {
            whole = Optional.of(hub.repository(found.id()));
        }
        return whole.get();
    }

    /** Its GGUF models; the parts of a split one are one. */
    public List<HubModel> files() {
        return HubModel.of(hub, info());
    }

    /**
     * One of its models.
     *
     * @param name its quantization, for example {@code "Q4_K_M"}, in any case, or its file's name or path
     * @throws BearException where none or several fit; it names what there is
     */
    public HubModel file(String name) {
        List<HubModel> all = files();
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        List<Predicate<HubModel>> ways = List.of(
                model -> model.path().equals(name.strip()),
                model -> model.fileName().equalsIgnoreCase(wanted),
                model -> model.quantization()
                        .map(q -> q.equalsIgnoreCase(wanted))
                        .orElse(false),
                model -> model.fileName().toLowerCase(Locale.ROOT).contains(wanted));
        for (Predicate<HubModel> way : ways) {
            List<HubModel> fitting = all.stream().filter(way).toList();
            if (fitting.size() == 1) {
                return fitting.get(0);
            }
            if (fitting.size() > 1) {
                throw new BearException(
                        "\"" + Shown.line(name) + "\" fits " + fitting.size() + " files of " + id() + ".",
                        "Write which: " + named(fitting, HubModel::path) + ".");
            }
        }
        throw new BearException(
                id() + " has no GGUF model \"" + Shown.line(name) + "\".",
                all.isEmpty()
                        ? "Look for another repository: bear.search(\"...\") finds those with GGUF files."
                        : "It has " + named(all, model -> model.quantization().orElse(model.path())) + ".");
    }

    private static String named(List<HubModel> models, java.util.function.Function<HubModel, String> naming) {
        String names = String.join(
                ", ",
                models.stream()
                        .map(naming)
                        .map(Shown::line)
                        .distinct()
                        .limit(NAMED)
                        .toList());
        return models.size() > NAMED ? names + " and more" : names;
    }

    /** Its models side by side, with the memory that each needs with a context of 4096 tokens, and whether it fits here. */
    public Quantizations quantizations() {
        return quantizations(ModelCard.USUAL_CONTEXT);
    }

    /**
     * Its models side by side, with the memory that each needs, and whether it fits here: of each the beginning is read where
     * it lies.
     *
     * @param contextTokens the context that the memory is for
     */
    public Quantizations quantizations(int contextTokens) {
        return hub.quantizations(this, contextTokens);
    }

    /** Who may have its files. */
    static Status access(RepoInfo info) {
        if (info.isPrivate()) {
            return Status.warning("private");
        }
        return switch (info.gated()) {
            case NO -> Status.good("open");
            case AUTO -> Status.warning("terms to accept");
            case MANUAL -> Status.warning("owner decides");
        };
    }

    @Override
    public Sheet sheet() {
        RepoInfo info = info();
        List<HubModel> models = files();
        Sheet.Builder sheet = Sheet.of(Shown.line(info.id()) + ": "
                        + (models.size() == 1 ? "1 GGUF model" : models.size() + " GGUF models"))
                .columns("quantization", "file", "size", "parts", "SHA-256");
        for (HubModel model : models) {
            sheet.row(
                    model.quantization().orElse(null),
                    Shown.line(model.path()),
                    model.size().orElse(null),
                    model.parts().size(),
                    model.parts().get(0).sha256().map(Sha256::brief).orElse(null));
        }
        sheet.note("License: " + info.license().map(Shown::line).orElse("not declared") + ". Access: " + access(info)
                + ".");
        info.commit().ifPresent(commit -> sheet.note("Commit " + Shown.line(commit) + "."));
        long odd = info.files().stream()
                .filter(RepoFile::isGguf)
                .filter(file -> !HubModel.isUsable(file))
                .count();
        if (odd > 0) {
            sheet.note(odd + (odd == 1 ? " file with an impossible name is" : " files with impossible names are")
                    + " left out.");
        }
        info.asOf().ifPresent(when -> sheet.note("As of " + Sheet.format(when) + ": the hub cannot be reached now."));
        return sheet.note(".quantizations() compares their memory; .file(\"Q4_K_M\").add() adds one to the library.")
                .build();
    }

    /** The id and what a search tells; asks nobody. */
    @Override
    public String toString() {
        return found.toString();
    }
}
