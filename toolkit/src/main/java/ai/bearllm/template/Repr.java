package ai.bearllm.template;

import ai.bearllm.template.Value.Bool;
import ai.bearllm.template.Value.Dict;
import ai.bearllm.template.Value.Int;
import ai.bearllm.template.Value.None;
import ai.bearllm.template.Value.Num;
import ai.bearllm.template.Value.Seq;
import ai.bearllm.template.Value.Str;
import ai.bearllm.template.Value.Undefined;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values as text: Python's {@code str} and {@code repr}. */
final class Repr {
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();

    private Repr(Budget budget) {
        this.budget = budget;
    }

    /** As it prints. */
    static String str(Value value, Budget budget) {
        if (value instanceof Str string) {
            return string.text();
        } else if (value instanceof Undefined) {
            return "";
        }
        Repr repr = new Repr(budget);
        repr.append(value);
        return repr.out.toString();
    }

    private void append(Value value) {
        budget.enter();
        if (value instanceof Str string) {
            appendString(string);
        } else if (value instanceof Int number) {
            add(Long.toString(number.value()));
        } else if (value instanceof Bool bool) {
            add(bool.value() ? "True" : "False");
        } else if (value instanceof Num number) {
            add(PythonText.number(number.value()));
        } else if (value == None.NONE) {
            add("None");
        } else if (value instanceof Undefined) {
            add("Undefined");
        } else if (value instanceof Dict dict) {
            appendDict(dict);
        } else if (value instanceof Seq seq && seq.kind() != Seq.Kind.GENERATOR && seq.kind() != Seq.Kind.VIEW) {
            appendSeq(seq);
        } else {
            throw TemplateException.refused(
                    "", "Printing a " + value.type() + " is not known; its text would mean nothing to a model.");
        }
        budget.leave();
    }

    private void add(String text) {
        budget.make(text.length());
        out.append(text);
    }

    private void appendSeq(Seq seq) {
        List<Value> items = seq.items();
        if (seq.kind() == Seq.Kind.RANGE) {
            throw TemplateException.refused("range", "printing one is not known; use the filter 'list' first.");
        }
        boolean tuple = seq.kind() == Seq.Kind.TUPLE;
        add(tuple ? "(" : "[");
        for (int i = 0; i < items.size(); i++) {
            add(i == 0 ? "" : ", ");
            append(items.get(i));
        }
        add(tuple ? items.size() == 1 ? ",)" : ")" : "]");
    }

    private void appendDict(Dict dict) {
        String separator = "{";
        for (Map.Entry<Value, Value> entry : dict.entries()) {
            add(separator);
            append(entry.getKey());
            add(": ");
            append(entry.getValue());
            separator = ", ";
        }
        add(dict.size() == 0 ? "{}" : "}");
    }

    private void appendString(Str string) {
        String text = string.text();
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        budget.make(text.length() + 2L);
        out.append(string.safe() ? "Markup(" : "").append(quote);
        text.codePoints().forEach(c -> appendCharacter(c, quote));
        out.append(quote).append(string.safe() ? ")" : "");
    }

    private void appendCharacter(int c, char quote) {
        if (c == quote || c == '\\') {
            out.append('\\').append((char) c);
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\r') {
            out.append("\\r");
        } else if (c == '\t') {
            out.append("\\t");
        } else if (isPrintable(c)) {
            out.appendCodePoint(c);
        } else {
            budget.make(10);
            out.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c));
        }
    }

    /** Python's {@code str.isprintable} for one character. */
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
