package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Status;
import ai.bearllm.table.Tabular;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A selection of the known models. Each step returns a narrower one; nothing is read from the disk until it is shown or
 * listed.
 */
public final class ModelQuery implements Tabular {
    private final Registry registry;
    private final List<ModelCard> cards;

    ModelQuery(Registry registry, List<ModelCard> cards) {
        this.registry = registry;
        this.cards = cards;
    }

    /** Models under 4 billion parameters: the usual 1 to 3 billion, and smaller. */
    public ModelQuery small() {
        return where(card -> card.size() == ModelCard.Size.SMALL);
    }

    /** Models from 4 to under 20 billion parameters: the usual 7 to 13 billion. */
    public ModelQuery medium() {
        return where(card -> card.size() == ModelCard.Size.MEDIUM);
    }

    /** Models from 20 billion parameters: the usual 30 to 70 billion, and larger. */
    public ModelQuery large() {
        return where(card -> card.size() == ModelCard.Size.LARGE);
    }

    /** Models with this tag, for example {@code chat}, {@code fast}, {@code balanced}, {@code high-quality}. */
    public ModelQuery tagged(String tag) {
        String wanted = tag.strip().toLowerCase(Locale.ROOT);
        return where(card -> card.tags().contains(wanted));
    }

    /** The models that the catalog recommends. */
    public ModelQuery recommended() {
        return tagged("recommended");
    }

    /** Models whose id, alias or description holds this text, in any case. */
    public ModelQuery search(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return where(card -> (card.id() + " " + String.join(" ", card.aliases()) + " " + card.description())
                .toLowerCase(Locale.ROOT)
                .contains(wanted));
    }

    /** Models of this provider, in any case, for example {@code mistralai}. */
    public ModelQuery by(String provider) {
        String wanted = provider.strip();
        return where(card -> card.id().provider().equalsIgnoreCase(wanted));
    }

    /** Models whose license identifier begins so, in any case: {@code apache} finds {@code Apache-2.0}. */
    public ModelQuery licensed(String license) {
        String wanted = license.strip();
        return where(card -> card.license().id().regionMatches(true, 0, wanted, 0, wanted.length()));
    }

    /** Models whose quantization begins so, in any case: {@code q4} finds {@code Q4_K_M} and {@code Q4_0}. */
    public ModelQuery quantized(String quantization) {
        String wanted = quantization.strip();
        return where(card -> card.quantization().regionMatches(true, 0, wanted, 0, wanted.length()));
    }

    /** Models made for a context of at least so many tokens. */
    public ModelQuery contextAtLeast(int tokens) {
        return where(card -> card.contextTokens() >= tokens);
    }

    /**
     * Models whose file is smaller than this, for example {@code "2 GB"}; a file of unknown size is not.
     *
     * @throws IllegalArgumentException where the text is no size
     */
    public ModelQuery smallerThan(String size) {
        long limit = ByteSize.parse(size).bytes();
        return where(card -> card.file().totalBytes().orElse(Long.MAX_VALUE) < limit);
    }

    /** Models that are installed at this moment. */
    public ModelQuery downloaded() {
        return where(card -> registry.model(card).isDownloaded());
    }

    /**
     * Models that fit this machine now, with the context that a session usually takes: free memory with its limits, and disk for
     * those that are not here. Where the catalog does not say enough to know, a model is left out, not guessed;
     * {@link Model#fitsHere()} says of each what and why.
     */
    public ModelQuery fitting() {
        Fitting here = registry.fitting();
        return where(card -> here.quick(card).fits());
    }

    /**
     * Models that an engine that can run here loads, by the form of their network. Those of which nobody has said it, and that
     * are not here to be looked into, are left out: what is not known is not claimed.
     */
    public ModelQuery runnable() {
        return where(card -> registry.model(card).isRunnable());
    }

    /** The active model, or none. */
    public ModelQuery active() {
        Optional<ModelId> active = registry.activeId();
        return where(card -> active.equals(Optional.of(card.id())));
    }

    /** The same models, the smallest file first, those of unknown size last. */
    public ModelQuery smallestFirst() {
        return sorted(Comparator.comparingLong(card -> card.file().totalBytes().orElse(Long.MAX_VALUE)));
    }

    /** The same models, the most parameters first. */
    public ModelQuery largestFirst() {
        return sorted(Comparator.comparingLong(ModelCard::parameters).reversed());
    }

    /** The same models, the longest context first. */
    public ModelQuery longestContextFirst() {
        return sorted(Comparator.comparingInt(ModelCard::contextTokens).reversed());
    }

    /** The same models by provider and name. */
    public ModelQuery byName() {
        return sorted(Comparator.comparing(ModelCard::id));
    }

    /**
     * The first of the models.
     *
     * @throws BearException where there is none
     */
    public Model first() {
        if (cards.isEmpty()) {
            throw new BearException(
                    "No model fits all of these conditions.", "Leave one out; bear.models() lists every known model.");
        }
        return registry.model(cards.get(0));
    }

    /** How many models these are. */
    public int count() {
        return cards.size();
    }

    /** The models as handles, in the catalog's order. */
    public List<Model> list() {
        return cards.stream().map(registry::model).toList();
    }

    private ModelQuery where(Predicate<ModelCard> predicate) {
        return new ModelQuery(registry, cards.stream().filter(predicate).toList());
    }

    private ModelQuery sorted(Comparator<ModelCard> order) {
        return new ModelQuery(registry, cards.stream().sorted(order).toList());
    }

    @Override
    public Sheet sheet() {
        Optional<ModelId> active = registry.activeId();
        Sheet.Builder sheet = Sheet.of(cards.size() == 1 ? "1 model" : cards.size() + " models")
                .columns("model", "short name", "parameters", "quantization", "file size")
                .column("context", "tokens")
                .columns("license", "tags", "state");
        for (ModelCard card : cards) {
            Model model = registry.model(card);
            Status state = model.state().badge(active.equals(Optional.of(card.id())));
            sheet.row(
                    card.id().base(),
                    model.shortName(),
                    card.parametersLabel(),
                    card.quantization(),
                    card.file().size().map(size -> (Object) size).orElse(null),
                    card.contextTokens(),
                    card.license().id(),
                    String.join(", ", card.tags()),
                    state);
        }
        if (cards.isEmpty()) {
            sheet.note("None fits; bear.models() lists all.");
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        String names = String.join(
                ", ",
                cards.stream()
                        .limit(3)
                        .map(card -> registry.model(card).shortName())
                        .toList());
        String line =
                cards.size() + (cards.size() == 1 ? " model: " : " models: ") + names + (cards.size() > 3 ? ", …" : "");
        return (line.length() > 60 ? line.substring(0, 59) + "…" : line) + " (.show() for all)";
    }
}
