package ai.bearllm.template;

import java.util.Map;

/** Python's {@code str.format}: fields by position and by name; what a field may ask for beyond that is refused. */
final class StringFormat {
    private final String pattern;
    private final Arguments arguments;
    private final Budget budget;
    private final StringBuilder out = new StringBuilder();
    private int automatic;

    private StringFormat(String pattern, Arguments arguments, Budget budget) {
        this.pattern = pattern;
        this.arguments = arguments;
        this.budget = budget;
    }

    static String format(String pattern, Arguments arguments, Budget budget) {
        StringFormat format = new StringFormat(pattern, arguments, budget);
        format.run();
        return format.out.toString();
    }

    private void run() {
        budget.make(pattern.length());
        int i = 0;
        while (i < pattern.length()) {
            char c = pattern.charAt(i++);
            if (c != '{' && c != '}') {
                out.append(c);
            } else if (i < pattern.length() && pattern.charAt(i) == c) {
                out.append(c);
                i++;
            } else {
                int end = c == '{' ? pattern.indexOf('}', i) : -1;
                if (end < 0) {
                    throw arguments.failure("a single '" + c + "' stands in the pattern.");
                }
                String text = Repr.str(field(pattern.substring(i, end)), budget);
                budget.make(text.length());
                out.append(text);
                i = end + 1;
            }
        }
    }

    private Value field(String field) {
        for (String special : new String[] {":", "!", ".", "[", "{"}) {
            if (field.contains(special)) {
                throw TemplateException.refused(
                        arguments.construct(), "the field '{" + field + "}' asks for more than a value as it prints.");
            }
        }
        boolean number = !field.isEmpty() && field.chars().allMatch(c -> c >= '0' && c <= '9') && field.length() < 6;
        if (field.isEmpty() || number) {
            int index = number ? Integer.parseInt(field) : automatic++;
            if (index >= arguments.positional().size()) {
                throw arguments.failure("there is no value for field " + index + ".");
            }
            return arguments.positional().get(index);
        }
        Map<String, Value> named = arguments.named();
        return arguments.required(named, field);
    }
}
