package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;

/** Methods of strings. */
final class StringMethods {
    private StringMethods() {}

    static Value call(Str string, String name, Arguments arguments, Budget budget) {
        String text = string.text();
        budget.scan(text.length());
        return switch (name) {
            case "strip", "lstrip", "rstrip" -> new Str(strip(text, name, arguments), string.safe());
            case "split", "rsplit" -> split(text, name.equals("rsplit"), arguments, budget);
            case "splitlines" -> Seq.strings(charged(PythonText.lines(text), budget));
            case "startswith" -> affix(text, String::startsWith, arguments);
            case "endswith" -> affix(text, String::endsWith, arguments);
            case "removeprefix" -> withoutPrefix(text, only(arguments));
            case "removesuffix" -> withoutSuffix(text, only(arguments));
            case "replace" -> replace(text, arguments, budget);
            case "format" -> new Str(StringFormat.format(text, arguments, budget));
            case "join" -> join(text, arguments, budget);
            case "count" -> new Int(count(text, only(arguments)));
            case "find" -> new Int(place(text, PythonText.indexOf(text, only(arguments), 0)));
            case "rfind" -> new Int(place(text, text.lastIndexOf(only(arguments))));
            default -> withoutArguments(text, name, arguments, budget);
        };
    }

    private static Value withoutArguments(String text, String name, Arguments arguments, Budget budget) {
        Value result = switch (name) {
            case "upper" -> made(text.toUpperCase(Locale.ROOT), budget);
            case "lower" -> made(text.toLowerCase(Locale.ROOT), budget);
            case "capitalize" -> made(capitalize(text), budget);
            case "isdigit" -> Bool.of(!text.isEmpty() && text.codePoints().allMatch(Character::isDigit));
            case "isspace" -> Bool.of(PythonText.isBlank(text, 0));
            default -> throw Methods.unknown(new Str(text), name);
        };
        arguments.of();
        return result;
    }

    private static Str withoutPrefix(String text, String prefix) {
        return new Str(text.startsWith(prefix) ? text.substring(prefix.length()) : text);
    }

    private static Str withoutSuffix(String text, String suffix) {
        return new Str(text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text);
    }

    private static Str replace(String text, Arguments arguments, Budget budget) {
        Map<String, Value> bound = arguments.of("old", "new", "count");
        arguments.required(bound, "old");
        arguments.required(bound, "new");
        String old = arguments.text(bound, "old", "");
        String replacement = arguments.text(bound, "new", "");
        return new Str(replace(text, old, replacement, arguments.integer(bound, "count", -1), budget));
    }

    private static Str made(String text, Budget budget) {
        budget.make(text.length());
        return new Str(text);
    }

    private static String only(Arguments arguments) {
        Map<String, Value> bound = arguments.of("text");
        arguments.required(bound, "text");
        return arguments.text(bound, "text", "");
    }

    private static String strip(String text, String name, Arguments arguments) {
        Map<String, Value> bound = arguments.of("chars");
        if (bound.getOrDefault("chars", None.NONE) == None.NONE) {
            String left = name.equals("rstrip") ? text : PythonText.stripLeft(text);
            return name.equals("lstrip") ? left : PythonText.stripRight(left);
        }
        String characters = arguments.text(bound, "chars", "");
        String left = name.equals("rstrip") ? text : PythonText.stripLeft(text, characters);
        return name.equals("lstrip") ? left : PythonText.stripRight(left, characters);
    }

    private static Value split(String text, boolean fromRight, Arguments arguments, Budget budget) {
        Map<String, Value> bound = arguments.of("sep", "maxsplit");
        long most = arguments.integer(bound, "maxsplit", -1);
        boolean atSpace = bound.getOrDefault("sep", None.NONE) == None.NONE;
        if (atSpace && (!fromRight || most < 0)) {
            return Seq.strings(charged(PythonText.words(text, most), budget));
        } else if (atSpace) {
            throw TemplateException.refused(
                    arguments.construct(), "'rsplit' at white space with a largest number is not known.");
        }
        String separator = arguments.text(bound, "sep", "");
        if (separator.isEmpty()) {
            throw arguments.failure("the separator is empty.");
        }
        List<String> parts = fromRight ? partsFromRight(text, separator, most) : parts(text, separator, most);
        return Seq.strings(charged(parts, budget));
    }

    private static List<String> charged(List<String> parts, Budget budget) {
        budget.steps(4L * parts.size());
        parts.forEach(part -> budget.make(part.length()));
        return parts;
    }

    private static List<String> parts(String text, String separator, long most) {
        List<String> parts = new ArrayList<>();
        int begin = 0;
        while (most < 0 || parts.size() < most) {
            int next = PythonText.indexOf(text, separator, begin);
            if (next < 0) {
                break;
            }
            parts.add(text.substring(begin, next));
            begin = next + separator.length();
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static List<String> partsFromRight(String text, String separator, long most) {
        List<String> parts = new ArrayList<>();
        int end = text.length();
        while (most < 0 || parts.size() < most) {
            int next = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
            if (next < 0) {
                break;
            }
            parts.add(0, text.substring(next + separator.length(), end));
            end = next;
        }
        parts.add(0, text.substring(0, end));
        return parts;
    }

    private static Value affix(String text, BiPredicate<String, String> matches, Arguments arguments) {
        Value affix = arguments.required(arguments.of("affix"), "affix");
        List<Value> any = affix instanceof Seq seq && seq.kind() == Seq.Kind.TUPLE ? seq.items() : List.of(affix);
        for (Value one : any) {
            if (!(one instanceof Str string)) {
                throw arguments.failure("it takes a string or a tuple of strings, not a " + one.type() + ".");
            }
            if (matches.test(text, string.text())) {
                return Bool.TRUE;
            }
        }
        return Bool.FALSE;
    }

    /** At most {@code count} times, or always where it is negative. */
    static String replace(String text, String old, String replacement, long count, Budget budget) {
        budget.make(text.length());
        StringBuilder out = new StringBuilder();
        int begin = 0;
        int from = 0;
        for (long i = 0; count < 0 || i < count; i++) {
            int next = from > text.length() ? -1 : PythonText.indexOf(text, old, from);
            if (next < 0) {
                break;
            }
            budget.make(replacement.length());
            out.append(text, begin, next).append(replacement);
            begin = next + old.length();
            // Nothing is found before every character, which may be a pair.
            from = old.isEmpty()
                    ? next + (next < text.length() ? Character.charCount(text.codePointAt(next)) : 1)
                    : begin;
        }
        return out.append(text, begin, text.length()).toString();
    }

    private static Str join(String separator, Arguments arguments, Budget budget) {
        Value items = arguments.required(arguments.of("iterable"), "iterable");
        StringBuilder out = new StringBuilder();
        boolean first = true;
        for (Value item : Operators.iterate(items, budget)) {
            if (!(item instanceof Str string)) {
                throw arguments.failure("it joins strings, not a " + item.type() + ".");
            }
            budget.make(separator.length() + (long) string.text().length());
            out.append(first ? "" : separator).append(string.text());
            first = false;
        }
        return new Str(out.toString());
    }

    private static String capitalize(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.codePointAt(0);
        return Character.toString(Character.toTitleCase(first))
                + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
    }

    private static long count(String text, String wanted) {
        if (wanted.isEmpty()) {
            return PythonText.length(text) + 1L;
        }
        long count = 0;
        for (int at = PythonText.indexOf(text, wanted, 0); at >= 0; count++) {
            at = PythonText.indexOf(text, wanted, at + wanted.length());
        }
        return count;
    }

    private static long place(String text, int index) {
        return index < 0 ? -1 : text.codePointCount(0, index);
    }
}
