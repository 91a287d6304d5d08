package ai.bearllm.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The form of numbers: whole ones within bounds digit by digit, others without bounds. */
final class NumberForm {
    static final Set<String> KEYWORDS = Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

    /** Without a bound, a number goes to so many digits: a model may never stop to write them. */
    private static final BigInteger LARGEST = BigInteger.TEN.pow(16).subtract(BigInteger.ONE);

    private NumberForm() {}

    static String number(GbnfWriter out, SchemaNode node) {
        if (node.has("minimum")
                && node.json().get("minimum").decimalValue().signum() == 0
                && node.keywords().stream().noneMatch(k -> !k.equals("minimum") && KEYWORDS.contains(k))) {
            return out.rule("number", "(\"0\" | [1-9] [0-9]{0,15}) (\".\" [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?");
        }
        for (String keyword : KEYWORDS) {
            if (node.has(keyword)) {
                throw node.at(keyword)
                        .refused(
                                "bounds of numbers with a fraction are not understood, but \"minimum\": 0.",
                                "Ask for an integer, or leave it out and check the result.");
            }
        }
        return out.json("number");
    }

    static String integer(GbnfWriter out, SchemaNode node) {
        if (node.keywords().stream().noneMatch(KEYWORDS::contains)) {
            return out.json("integer");
        }
        BigInteger least = LARGEST.negate();
        BigInteger most = LARGEST;
        Optional<BigInteger> minimum = bound(node, "minimum", RoundingMode.CEILING, 0);
        Optional<BigInteger> above = bound(node, "exclusiveMinimum", RoundingMode.FLOOR, 1);
        Optional<BigInteger> maximum = bound(node, "maximum", RoundingMode.FLOOR, 0);
        Optional<BigInteger> below = bound(node, "exclusiveMaximum", RoundingMode.CEILING, -1);
        if (minimum.isPresent() || above.isPresent()) {
            least = minimum.orElse(above.orElse(least)).max(above.orElse(minimum.orElse(least)));
        }
        if (maximum.isPresent() || below.isPresent()) {
            most = maximum.orElse(below.orElse(most)).min(below.orElse(maximum.orElse(most)));
        }
        if (least.compareTo(most) > 0) {
            throw node.refused("no integer is from " + least + " to " + most + ".", "Mend the bounds.");
        }
        return out.rule("integer", range(least, most));
    }

    private static Optional<BigInteger> bound(SchemaNode node, String keyword, RoundingMode mode, int shift) {
        if (!node.has(keyword)) {
            return Optional.empty();
        }
        JsonNode value = node.json().get(keyword);
        BigDecimal number = value.isNumber() ? value.decimalValue() : BigDecimal.ZERO;
        boolean small = number.precision() - (long) number.scale() <= 16 && Math.abs((long) number.scale()) < 100;
        if (!value.isNumber() || !small) {
            throw node.at(keyword)
                    .refused(
                            "found " + JsonSchema.shortened(value) + " where a number of at most 16 digits belongs.",
                            "Write a smaller number, or leave it out.");
        }
        BigInteger whole = number.setScale(0, mode).toBigInteger();
        return Optional.of(whole.add(BigInteger.valueOf(shift)));
    }

    /** Every integer from one to another, without leading zeros. */
    static String range(BigInteger least, BigInteger most) {
        List<String> forms = new ArrayList<>();
        BigInteger zero = BigInteger.ZERO;
        if (least.signum() < 0) {
            BigInteger nearest = most.signum() < 0 ? most.negate() : BigInteger.ONE;
            forms.add("\"-\" (" + positive(nearest, least.negate()) + ")");
        }
        if (most.signum() >= 0) {
            forms.add(positive(least.max(zero), most));
        }
        return String.join(" | ", forms);
    }

    /** Numbers with as many digits each are one alternative. */
    private static String positive(BigInteger least, BigInteger most) {
        List<String> forms = new ArrayList<>();
        BigInteger from = least;
        while (from.compareTo(most) <= 0) {
            int digits = from.toString().length();
            BigInteger to = BigInteger.TEN.pow(digits).subtract(BigInteger.ONE).min(most);
            forms.add(digits(from.toString(), to.toString()));
            from = to.add(BigInteger.ONE);
        }
        return String.join(" | ", forms);
    }

    private static String digits(String from, String to) {
        if (from.isEmpty()) {
            return "\"\"";
        }
        int rest = from.length() - 1;
        char first = from.charAt(0);
        char last = to.charAt(0);
        String fromRest = from.substring(1);
        String toRest = to.substring(1);
        if (fromRest.equals("0".repeat(rest)) && toRest.equals("9".repeat(rest))) {
            return "[" + first + "-" + last + "]" + (rest == 0 ? "" : " [0-9]{" + rest + "}");
        }
        if (first == last) {
            return "\"" + first + "\" (" + digits(fromRest, toRest) + ")";
        }
        List<String> forms = new ArrayList<>();
        forms.add("\"" + first + "\" (" + digits(fromRest, "9".repeat(rest)) + ")");
        if (last - first > 1) {
            forms.add("[" + (char) (first + 1) + "-" + (char) (last - 1) + "] [0-9]{" + rest + "}");
        }
        forms.add("\"" + last + "\" (" + digits("0".repeat(rest), toRest) + ")");
        return String.join(" | ", forms);
    }
}
