package ai.bearllm.template;

import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Function;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.Namespace;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions that are there without anyone defining them. */
final class Globals {
    private static final int LONGEST_RANGE = 100_000;
    private static final Set<String> KNOWN = Set.of("namespace", "raise_exception", "strftime_now", "range", "dict");
    /** Jinja has these too; no chat template needs them, and the first is how attacks reach the program behind. */
    private static final Set<String> REFUSED =
            Set.of("lipsum", "cycler", "joiner", "self", "caller", "varargs", "kwargs");

    private Globals() {}

    static @Nullable Value find(String name) {
        if (REFUSED.contains(name)) {
            throw TemplateException.refused("'" + name + "'", "this name of Jinja's is not known.");
        }
        return KNOWN.contains(name) ? new Function(name) : null;
    }

    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    static Value call(String name, Arguments arguments, Frame frame) {
        return switch (name) {
            case "namespace" -> namespace(arguments, frame.budget);
            case "dict" -> entries(arguments);
            case "range" -> range(arguments, frame.budget);
            case "strftime_now" -> now(arguments, frame);
            default ->
                throw TemplateException.raised(
                        Repr.str(arguments.required(arguments.of("message"), "message"), frame.budget));
        };
    }

    private static Value namespace(Arguments arguments, Budget budget) {
        Namespace namespace = new Namespace();
        entries(arguments)
                .entries()
                .forEach(entry -> namespace.names.put(Repr.str(entry.getKey(), budget), entry.getValue()));
        return namespace;
    }

    private static Value now(Arguments arguments, Frame frame) {
        Map<String, Value> bound = arguments.of("format");
        arguments.required(bound, "format");
        String format = arguments.text(bound, "format", "");
        // No field is longer than this.
        frame.budget.make(format.length() * 12L);
        return new Str(Strftime.format(format, frame.clock));
    }

    /** What {@code dict(other, name=value)} holds. */
    private static Dict entries(Arguments arguments) {
        Dict dict = new Dict();
        List<Value> positional = arguments.positional();
        if (positional.size() > 1 || (positional.size() == 1 && !(positional.get(0) instanceof Dict))) {
            throw arguments.failure("it takes named values and at most one dict.");
        }
        if (!positional.isEmpty()) {
            ((Dict) positional.get(0)).entries().forEach(entry -> dict.put(entry.getKey(), entry.getValue()));
        }
        arguments.named().forEach((key, value) -> dict.put(new Str(key), value));
        return dict;
    }

    private static Value range(Arguments arguments, Budget budget) {
        boolean one = arguments.positional().size() == 1;
        Map<String, Value> bound = one ? arguments.of("stop") : arguments.of("start", "stop", "step");
        arguments.required(bound, "stop");
        long start = arguments.integer(bound, "start", 0);
        long stop = arguments.integer(bound, "stop", 0);
        long step = arguments.integer(bound, "step", 1);
        if (step == 0) {
            throw arguments.failure("its step is zero.");
        }
        List<Value> items = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            budget.step();
            items.add(new Int(i));
            if (items.size() > LONGEST_RANGE) {
                throw TemplateException.limit("Its range is longer than " + LONGEST_RANGE + ".");
            }
        }
        return new Seq(Seq.Kind.RANGE, items);
    }
}
