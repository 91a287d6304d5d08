package ai.bearllm.template;

/**
 * A chat template that cannot be read or rendered: where, which construct, and what to do. The message is all of it.
 */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final int line;
    private final String construct;
    private final String problem;
    private final String fix;

    TemplateException(Kind kind, int line, String construct, String problem, String fix) {
        super(message(kind, line, construct, problem, fix));
        this.kind = kind;
        this.line = line;
        this.construct = construct;
        this.problem = problem;
        this.fix = fix;
    }

    private static String message(Kind kind, int line, String construct, String problem, String fix) {
        String where = line > 0 ? "Line " + line + " of the chat template" : "The chat template";
        if (kind == Kind.RAISED) {
            return where + " refuses these messages: \"" + problem + "\". " + fix;
        }
        return where + (construct.isEmpty() ? ": " : ", " + construct + ": ") + problem + " " + fix;
    }

    /** Why a template failed. */
    public enum Kind {
        /** It is not written as templates are. */
        SYNTAX,
        /** It uses something that this interpreter does not have or does not allow. */
        UNSUPPORTED,
        /** It did something with a value that the value does not allow, for these messages and variables. */
        FAILED,
        /** It refused the messages itself, with {@code raise_exception}; {@link #problem()} is its own text. */
        RAISED,
        /** It would take more time, text or nesting than a template gets. */
        LIMIT
    }

    /** Why it failed. */
    public Kind kind() {
        return kind;
    }

    /** The line of the template, from 1; 0 where it is about the whole. */
    public int line() {
        return line;
    }

    /** What stands there, for example {@code filter 'xmlattr'}; empty where nothing can be named. */
    public String construct() {
        return construct;
    }

    /** What was found and what was expected, a sentence; the template's own words for {@link Kind#RAISED}. */
    public String problem() {
        return problem;
    }

    /** What to do about it, a sentence. */
    public String fix() {
        return fix;
    }

    static TemplateException syntax(int line, String construct, String problem) {
        return new TemplateException(
                Kind.SYNTAX,
                line,
                construct,
                problem,
                "Correct the template, or take the one of the model's original repository.");
    }

    static TemplateException unsupported(int line, String construct, String problem) {
        return new TemplateException(
                Kind.UNSUPPORTED, line, construct, problem, "Use a template that does without, or give your own.");
    }

    /** For values met while rendering; the line is added by {@link #at}. */
    static TemplateException failed(String construct, String problem) {
        return new TemplateException(
                Kind.FAILED,
                0,
                construct,
                problem,
                "Give the messages and variables that the template expects, or correct the template.");
    }

    static TemplateException refused(String construct, String problem) {
        return unsupported(0, construct, problem);
    }

    static TemplateException limit(String problem) {
        return new TemplateException(
                Kind.LIMIT,
                0,
                "",
                problem,
                "Shorten the conversation, or use another template: this one may be hostile.");
    }

    static TemplateException raised(String text) {
        return new TemplateException(Kind.RAISED, 0, "raise_exception", text, "Change the messages as the text says.");
    }

    /** The same with a line, where it had none. */
    TemplateException at(int place) {
        return line > 0 || place <= 0 ? this : new TemplateException(kind, place, construct, problem, fix);
    }
}
