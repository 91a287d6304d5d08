package ai.bearllm.engine.llamacpp;

import ai.bearllm.model.BearException;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.args.CacheType;
import de.kherud.llama.args.NumaStrategy;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The options of llama.cpp's own that may be passed on, by the names of its command line. */
final class Extras {
    private static final Map<String, BiConsumer<ModelParameters, String>> KNOWN = Map.of(
            "ubatch-size", (model, value) -> model.setUbatchSize(whole(value, 1, 1_048_576)),
            "flash-attn", flag(ModelParameters::enableFlashAttn),
            "no-mmap", flag(ModelParameters::disableMmap),
            "mlock", flag(ModelParameters::enableMlock),
            "cache-type-k", (model, value) -> model.setCacheTypeK(name(CacheType.class, value)),
            "cache-type-v", (model, value) -> model.setCacheTypeV(name(CacheType.class, value)),
            "numa", (model, value) -> model.setNuma(name(NumaStrategy.class, value)),
            "rope-freq-base", (model, value) -> model.setRopeFreqBase(positive(value)),
            "rope-freq-scale", (model, value) -> model.setRopeFreqScale(positive(value)));

    private Extras() {}

    /**
     * Sets each option.
     *
     * @throws BearException for a name or value that is not passed on; it lists those that are
     */
    static void apply(Map<String, String> extras, ModelParameters model) {
        extras.forEach((name, value) -> {
            BiConsumer<ModelParameters, String> option = KNOWN.get(name);
            if (option == null) {
                throw new BearException(
                        "The option \"" + name + "\" is not passed on to llama.cpp.",
                        "Use one of " + String.join(", ", new TreeMap<>(KNOWN).keySet()) + ".");
            }
            try {
                option.accept(model, value);
            } catch (IllegalArgumentException e) {
                throw new BearException(
                        "The option \"" + name + "\" does not take the value \"" + value + "\".",
                        "Give it " + (e instanceof NumberFormatException ? "a number" : e.getMessage()) + ".",
                        e);
            }
        });
    }

    private static BiConsumer<ModelParameters, String> flag(java.util.function.Consumer<ModelParameters> on) {
        return (model, value) -> {
            if (!value.equals("true") && !value.equals("false")) {
                throw new IllegalArgumentException("true or false");
            }
            if (value.equals("true")) {
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
