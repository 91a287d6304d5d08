package ai.bearllm.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** What Python's strings do and Java's do not: characters are code points, white space is Unicode's. */
final class PythonText {
    private PythonText() {}

    /** Python's {@code str.isspace}; every such character is in the basic plane. */
    static boolean isSpace(int c) {
        return c == ' '
                || (c >= '\t' && c <= '\r')
                || (c >= 0x1c && c <= 0x1f)
                || c == 0x85
                || c == 0xa0
                || (c > 0xa0 && Character.isSpaceChar(c));
    }

    /** Whether there is text from here on, and all of it is white space. */
    static boolean isBlank(String text, int from) {
        return from < text.length() && text.chars().skip(from).allMatch(PythonText::isSpace);
    }

    static String stripLeft(String text) {
        return text.substring(skipSpace(text, 0));
    }

    static String stripRight(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    static String stripLeft(String text, String characters) {
        int begin = 0;
        while (begin < text.length()) {
            int c = text.codePointAt(begin);
            if (characters.indexOf(c) < 0) {
                break;
            }
            begin += Character.charCount(c);
        }
        return text.substring(begin);
    }

    static String stripRight(String text, String characters) {
        int end = text.length();
        while (end > 0) {
            int c = text.codePointBefore(end);
            if (characters.indexOf(c) < 0) {
                break;
            }
            end -= Character.charCount(c);
        }
        return text.substring(0, end);
    }

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Python's {@code str.splitlines}, without the line ends. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 || c == 0x2029) {
                lines.add(text.substring(begin, i));
                if (c == '\r' && text.startsWith("\n", i + 1)) {
                    i++;
                }
                begin = i + 1;
            }
        }
        if (begin < text.length()) {
            lines.add(text.substring(begin));
        }
        return lines;
    }

    /** Splits at white space; at most {@code most} cuts, or any number where it is negative. */
    static List<String> words(String text, long most) {
        List<String> words = new ArrayList<>();
        int begin = skipSpace(text, 0);
        while (begin < text.length()) {
            if (most >= 0 && words.size() >= most) {
                words.add(text.substring(begin));
                break;
            }
            int end = begin;
            while (end < text.length() && !isSpace(text.charAt(end))) {
                end++;
            }
            words.add(text.substring(begin, end));
            begin = skipSpace(text, end);
        }
        return words;
    }

    private static int skipSpace(String text, int from) {
        int i = from;
        while (i < text.length() && isSpace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /** As {@code String.indexOf}, in linear time also for texts that are made to be slow. */
    static int indexOf(String text, String wanted, int from) {
        if (wanted.length() < 16) {
            return text.indexOf(wanted, from);
        }
        int[] border = new int[wanted.length()];
        for (int i = 1, k = 0; i < border.length; i++) {
            while (k > 0 && wanted.charAt(i) != wanted.charAt(k)) {
                k = border[k - 1];
            }
            k += wanted.charAt(i) == wanted.charAt(k) ? 1 : 0;
            border[i] = k;
        }
        for (int i = from, k = 0; i < text.length(); i++) {
            while (k > 0 && text.charAt(i) != wanted.charAt(k)) {
                k = border[k - 1];
            }
            k += text.charAt(i) == wanted.charAt(k) ? 1 : 0;
            if (k == border.length) {
                return i - k + 1;
            }
        }
        return -1;
    }

    /** Order by code points, which differs from Java's beyond the basic plane. */
    static int compare(String a, String b) {
        int i = 0;
        int end = Math.min(a.length(), b.length());
        while (i < end && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        if (i == end) {
            return Integer.compare(a.length(), b.length());
        }
        // Two texts that part inside a pair share its first half, so comparing the second halves is right too.
        return Integer.compare(a.codePointAt(i), b.codePointAt(i));
    }

    /** Python's {@code repr} of a float: the shortest digits that read back as the same number. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(Math.abs(value));
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == Math.abs(value)) {
                break;
            }
        }
        String digits = shortest.unscaledValue().toString().replaceFirst("0+$", "");
        int point = shortest.precision() - shortest.scale();
        return (value < 0 ? "-" : "") + layOut(digits, point);
    }

    private static String layOut(String digits, int point) {
        if (point > 16 || point < -3) {
            int exponent = point - 1;
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            String power = Integer.toString(Math.abs(exponent));
            return mantissa + "e" + (exponent < 0 ? "-" : "+") + (power.length() < 2 ? "0" + power : power);
        }
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        if (digits.length() <= point) {
            return digits + "0".repeat(point - digits.length()) + ".0";
        }
        return digits.substring(0, point) + "." + digits.substring(point);
    }
}
