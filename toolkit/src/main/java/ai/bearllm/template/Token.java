package ai.bearllm.template;

/**
 * One token of a template.
 *
 * @param text the data, the name, the string's value, the number's digits, the operator
 * @param line where it begins, from 1
 * @param column where in that line it begins, from 1
 */
record Token(Type type, String text, int line, int column) {
    enum Type {
        DATA,
        PRINT_BEGIN,
        PRINT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean is(Type wanted) {
        return type == wanted;
    }

    boolean isName(String name) {
        return type == Type.NAME && text.equals(name);
    }

    boolean isOperator(String operator) {
        return type == Type.OPERATOR && text.equals(operator);
    }

    /** Whether it is the argument of a test that is written without parentheses. */
    boolean beginsArgument() {
        if (isName("is")) {
            throw TemplateException.syntax(line, "'is'", "one test cannot follow another.");
        }
        return switch (type) {
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> text.equals("[") || text.equals("{");
            case NAME -> !text.equals("else") && !text.equals("or") && !text.equals("and");
            default -> false;
        };
    }

    /** As an error names it. */
    String described() {
        return switch (type) {
            case END -> "the template's end";
            case PRINT_END -> "'}}'";
            case BLOCK_END -> "'%}'";
            case STRING -> "a string";
            default -> "'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "'";
        };
    }
}
