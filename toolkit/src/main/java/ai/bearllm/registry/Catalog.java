package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The models that are known: the built-in catalog, and the user's own entries, which win over built-in ones of the same id. */
final class Catalog {
    private static final String BUILT_IN = "/ai/bearllm/data/registry.json";
    private static final int NEAREST = 3;

    private final List<ModelCard> cards;

    private Catalog(List<ModelCard> cards) {
        this.cards = List.copyOf(cards);
    }

    /**
     * Reads both catalogs.
     *
     * @param own the user's {@code registry.json}; need not exist
     * @throws CatalogException where one of them is wrong
     */
    static Catalog read(Path own) {
        Map<ModelId, ModelCard> byId = new LinkedHashMap<>();
        for (ModelCard card : CatalogReader.read("built into Bear", builtIn())) {
            byId.put(card.id(), card);
        }
        if (Files.exists(own)) {
            try {
                for (ModelCard card : CatalogReader.read(own.toString(), Files.readAllBytes(own))) {
                    byId.put(card.id(), card);
                }
            } catch (IOException e) {
                throw new BearException(
                        "Your catalog " + own + " cannot be read: " + e + ".", "Check its permissions.", e);
            }
        }
        return new Catalog(new ArrayList<>(byId.values()));
    }

    /** Of these entries, for tests and queries of any size. */
    static Catalog of(List<ModelCard> cards) {
        return new Catalog(cards);
    }

    List<ModelCard> cards() {
        return cards;
    }

    /**
     * Finds a model by its id, {@code provider/name}, name or alias, in any case.
     *
     * @throws BearException where none or several fit; it names the nearest
     */
    ModelCard find(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        List<ModelCard> found = cards.stream()
                .filter(card -> names(card).anyMatch(wanted::equals))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new BearException(
                    "No model is called \"" + brief(name) + "\".",
                    "The nearest names are " + String.join(", ", nearest(wanted)) + "; bear.models() lists all.");
        }
        throw new BearException(
                "\"" + brief(name) + "\" fits " + found.size() + " models.",
                "Write which: "
                        + String.join(
                                ", ",
                                found.stream().map(card -> card.id().toString()).toList()) + ".");
    }

    /** The model of this very id; empty where there is none. */
    Optional<ModelCard> withId(ModelId id) {
        return cards.stream().filter(card -> card.id().equals(id)).findFirst();
    }

    private static java.util.stream.Stream<String> names(ModelCard card) {
        ModelId id = card.id();
        String quantization = ":" + card.quantization();
        return java.util.stream.Stream.concat(
                        card.aliases().stream(),
                        java.util.stream.Stream.of(
                                id.toString(),
                                id.base(),
                                id.base() + quantization,
                                id.name(),
                                id.name() + quantization))
                .map(text -> text.toLowerCase(Locale.ROOT));
    }

    private List<String> nearest(String wanted) {
        return cards.stream()
                .sorted(Comparator.comparingInt(card -> names(card)
                        .mapToInt(text -> distance(wanted, text))
                        .min()
                        .orElse(Integer.MAX_VALUE)))
                .limit(NEAREST)
                .map(card -> card.aliases().isEmpty()
                        ? card.id().toString()
                        : card.aliases().get(0))
                .toList();
    }

    /** Levenshtein's distance; texts longer than 200 characters are cut, since no name is so long. */
    static int distance(String left, String right) {
        String a = left.substring(0, Math.min(200, left.length()));
        String b = right.substring(0, Math.min(200, right.length()));
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }

    private static String brief(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > 100 ? line.substring(0, 100) + "…" : line;
    }

    private static byte[] builtIn() {
        try (InputStream in = Catalog.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException("the toolkit's jar has no " + BUILT_IN);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
