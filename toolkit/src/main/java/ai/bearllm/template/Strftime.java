package ai.bearllm.template;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** {@code strftime} with English names, as C's locale has them. */
final class Strftime {
    private static final Map<Character, DateTimeFormatter> FIELDS = Map.ofEntries(
            field('a', "EEE"),
            field('A', "EEEE"),
            field('b', "MMM"),
            field('B', "MMMM"),
            field('d', "dd"),
            field('f', "SSSSSS"),
            field('H', "HH"),
            field('I', "hh"),
            field('j', "DDD"),
            field('m', "MM"),
            field('M', "mm"),
            field('p', "a"),
            field('S', "ss"),
            field('y', "yy"),
            field('Y', "uuuu"),
            field('F', "uuuu-MM-dd"),
            field('T', "HH:mm:ss"),
            field('D', "MM/dd/yy"),
            field('R', "HH:mm"));

    private Strftime() {}

    private static Map.Entry<Character, DateTimeFormatter> field(char name, String pattern) {
        return Map.entry(name, DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }

    static String format(String format, Clock clock) {
        LocalDateTime now = LocalDateTime.now(clock);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            // "%-d" is a day without its leading zero.
            boolean bare = format.startsWith("-", i + 1);
            i += bare ? 2 : 1;
            char name = i < format.length() ? format.charAt(i) : '%';
            DateTimeFormatter field = FIELDS.get(name);
            if (field == null && name != '%') {
                throw TemplateException.refused("strftime_now", "the field '%" + name + "' is not known.");
            }
            String text = field == null ? "%" : now.format(field);
            out.append(bare ? text.replaceFirst("^0+(?=.)", "") : text);
        }
        return out.toString();
    }
}
