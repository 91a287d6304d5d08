package ai.bearllm.template;

import java.util.ArrayList;
import java.util.List;

/** The lines that differ between two templates. Tags count as lines of their own: many templates are one long line. */
final class TemplateDiff {
    private static final int MOST_LINES = 40;
    private static final int LONGEST = 160;
    /** Beyond this the middle is shown as replaced whole: comparing costs the product of both lengths. */
    private static final int MOST_CELLS = 4_000_000;

    /** A piece of a template with its line, from 1. */
    private record Piece(String text, int line) {}

    private final List<Piece> before;
    private final List<Piece> after;
    private final List<String> changes = new ArrayList<>();

    private TemplateDiff(List<Piece> before, List<Piece> after) {
        this.before = before;
        this.after = after;
    }

    static List<String> changes(String original, String file) {
        TemplateDiff diff = new TemplateDiff(
                pieces(TemplateFingerprint.normalized(original)), pieces(TemplateFingerprint.normalized(file)));
        diff.run();
        if (diff.changes.size() <= MOST_LINES) {
            return diff.changes;
        }
        List<String> cut = new ArrayList<>(diff.changes.subList(0, MOST_LINES));
        cut.add("… and " + (diff.changes.size() - MOST_LINES) + " more");
        return cut;
    }

    private static List<Piece> pieces(String template) {
        List<Piece> pieces = new ArrayList<>();
        int line = 1;
        for (String text : template.split("\n", -1)) {
            int start = 0;
            for (int tag = text.indexOf("{%", 1); tag > 0; tag = text.indexOf("{%", tag + 2)) {
                pieces.add(new Piece(text.substring(start, tag), line));
                start = tag;
            }
            pieces.add(new Piece(text.substring(start), line));
            line++;
        }
        return pieces;
    }

    private void run() {
        int start = 0;
        int ends = 0;
        int shorter = Math.min(before.size(), after.size());
        while (start < shorter && same(start, start)) {
            start++;
        }
        while (ends < shorter - start && same(before.size() - 1 - ends, after.size() - 1 - ends)) {
            ends++;
        }
        middle(start, before.size() - ends, after.size() - ends);
    }

    private boolean same(int i, int j) {
        return before.get(i).text().equals(after.get(j).text());
    }

    private void middle(int start, int beforeEnd, int afterEnd) {
        int rows = beforeEnd - start;
        int columns = afterEnd - start;
        boolean compared = (long) rows * columns <= MOST_CELLS;
        int[][] common = compared ? common(start, rows, columns) : new int[0][0];
        int i = 0;
        int j = 0;
        while (i < rows || j < columns) {
            if (compared && i < rows && j < columns && same(start + i, start + j)) {
                i++;
                j++;
            } else if (i < rows && (j == columns || !compared || common[i + 1][j] >= common[i][j + 1])) {
                changes.add(line("- ", before.get(start + i++)));
            } else {
                changes.add(line("+ ", after.get(start + j++)));
            }
        }
    }

    /** Length of the longest common sequence of pieces from each pair of places on. */
    private int[][] common(int start, int rows, int columns) {
        int[][] common = new int[rows + 1][columns + 1];
        for (int i = rows - 1; i >= 0; i--) {
            for (int j = columns - 1; j >= 0; j--) {
                common[i][j] = same(start + i, start + j)
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private static String line(String sign, Piece piece) {
        String text = piece.text();
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return sign + piece.line() + ": " + cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}]", "\uFFFD");
    }
}
