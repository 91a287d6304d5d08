package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what a scan finds, each thing once. */
final class Dangers {
    private static final int MOST = 50;
    private static final int LONGEST = 60;

    private final Set<TemplateDanger> all = new LinkedHashSet<>();
    private int errors;

    void add(Level level, String rule, int line, int column, String found, String effect) {
        // Errors are never crowded out by notes.
        if (all.size() < MOST || (level == Level.ERROR && errors < MOST)) {
            boolean added =
                    all.add(new TemplateDanger(level, rule, Math.max(1, line), Math.max(1, column), found, effect));
            errors += added && level == Level.ERROR ? 1 : 0;
        }
    }

    void add(Level level, String rule, Token place, String found, String effect) {
        add(level, rule, place.line(), place.column(), found, effect);
    }

    boolean hasError(String rule) {
        return all.stream()
                .anyMatch(
                        danger -> danger.level() == Level.ERROR && danger.rule().equals(rule));
    }

    List<TemplateDanger> all() {
        return all.stream()
                .sorted(Comparator.comparing(TemplateDanger::level)
                        .thenComparing(TemplateDanger::line)
                        .thenComparing(TemplateDanger::column))
                .limit(MOST)
                .toList();
    }

    /** Text of a template for a message: cut, and without characters that do not show or turn the writing around. */
    static String quoted(String text) {
        String start = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return "'" + start.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "\uFFFD") + "'";
    }
}
