package ai.bearllm.engine.llamacpp;

import ai.bearllm.engine.KvCacheType;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.model.BearException;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.NumaStrategy;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** The options of llama.cpp's own that may be passed on, by the names of its command line. */
final class Extras {
    private static final Map<String, BiConsumer<ModelParameters, String>> KNOWN = Map.of(
            "ubatch-size", (model, value) -> model.setUbatchSize(whole(value, 1, 1_048_576)),
            "no-mmap", flag(ModelParameters::disableMmap),
            "mlock", flag(ModelParameters::enableMlock),
            "numa", (model, value) -> model.setNuma(name(NumaStrategy.class, value)),
            "rope-freq-base", (model, value) -> model.setRopeFreqBase(positive(value)),
            "rope-freq-scale", (model, value) -> model.setRopeFreqScale(positive(value)));

    /** Options that the contract has by another name; they are checked together with it. */
    private static final Map<String, BiFunction<LoadOptions, String, LoadOptions>> MEANT = Map.of(
            "flash-attn", (options, value) -> options.withFlashAttention(bool(value)),
            "cache-type-k",
                    (options, value) -> options.withKvCache(
                            KvCacheType.of(value), options.valueCache().orElse(KvCacheType.F16)),
            "cache-type-v",
                    (options, value) ->
                            options.withKvCache(options.keyCache().orElse(KvCacheType.F16), KvCacheType.of(value)));

    private Extras() {}

    /**
     * The options with those extras understood that the contract has by another name.
     *
     * @throws BearException for a value that they do not take
     */
    static LoadOptions understood(LoadOptions options) {
        LoadOptions understood = options;
        for (Map.Entry<String, String> extra : options.extras().entrySet()) {
            BiFunction<LoadOptions, String, LoadOptions> meaning = MEANT.get(extra.getKey());
            if (meaning != null) {
                try {
                    understood = meaning.apply(understood, extra.getValue());
                } catch (IllegalArgumentException e) {
                    throw refused(extra.getKey(), extra.getValue(), String.valueOf(e.getMessage()), e);
                }
            }
        }
        return understood;
    }

    private static BearException refused(String name, String value, String expected, RuntimeException cause) {
        return new BearException(
                "The option \"" + name + "\" does not take the value \"" + value + "\".",
                "Give it " + expected + ".",
                cause);
    }

    /**
     * Sets each option.
     *
     * @throws BearException for a name or value that is not passed on; it lists those that are
     */
    static void apply(Map<String, String> extras, ModelParameters model) {
        extras.forEach((name, value) -> {
            if (MEANT.containsKey(name)) {
                return;
            }
            BiConsumer<ModelParameters, String> option = KNOWN.get(name);
            if (option == null) {
                throw new BearException(
                        "The option \"" + name + "\" is not passed on to llama.cpp.",
                        "Use one of " + String.join(", ", names()) + ".");
            }
            try {
                option.accept(model, value);
            } catch (IllegalArgumentException e) {
                throw refused(
                        name,
                        value,
                        e instanceof NumberFormatException ? "a number" : String.valueOf(e.getMessage()),
                        e);
            }
        });
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>(KNOWN.keySet());
        names.addAll(MEANT.keySet());
        return names;
    }

    private static boolean bool(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return value.equals("true");
    }

    private static BiConsumer<ModelParameters, String> flag(java.util.function.Consumer<ModelParameters> on) {
        return (model, value) -> {
            if (bool(value)) {
                on.accept(model);
            }
        };
    }

    private static int whole(String value, int least, int most) {
        int number = Integer.parseInt(value);
        if (number < least || number > most) {
            throw new IllegalArgumentException("a whole number from " + least + " to " + most);
        }
        return number;
    }

    private static float positive(String value) {
        float number = Float.parseFloat(value);
        // Written so that NaN is refused too.
        if (!(number > 0 && number < 1e12)) {
            throw new IllegalArgumentException("a number above 0");
        }
        return number;
    }

    private static <T extends Enum<T>> T name(Class<T> type, String value) {
        try {
            return Enum.valueOf(type, value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "one of "
                            + java.util.Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT),
                    e);
        }
    }
}
