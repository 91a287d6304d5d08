package ai.bearllm.template;

/**
 * What one rendering may use, and how much it has used. Templates come from strangers: whatever loops, grows or nests draws
 * on this.
 */
final class Budget {
    /** Steps: about one for each expression, each element, and every 32 characters looked at; bounds time and memory. */
    static final long STEPS = 3_000_000;
    /** Characters of all texts made, the output and everything on the way to it. */
    static final long CHARACTERS = 64L << 20;
    /** Expressions, statements, macros and values inside each other. */
    static final int DEPTH = 500;

    private final long allSteps;
    private final long allCharacters;
    private long steps;
    private long characters;
    private int depth;
    private int line;

    Budget() {
        this(STEPS, CHARACTERS);
    }

    Budget(long steps, long characters) {
        this.allSteps = steps;
        this.allCharacters = characters;
        this.steps = steps;
        this.characters = characters;
    }

    void step() {
        steps(1);
    }

    void steps(long count) {
        steps -= count;
        if (steps < 0) {
            throw TemplateException.limit("It takes more than the " + allSteps + " steps that one rendering gets.");
        }
    }

    /** Before looking through this many characters. */
    void scan(long count) {
        steps(1 + count / 32);
    }

    /** Before making a text of this many characters. */
    void make(long count) {
        characters -= count;
        if (count < 0 || characters < 0) {
            throw TemplateException.limit(
                    "It makes more than the " + allCharacters + " characters that one rendering gets.");
        }
        scan(count);
    }

    void enter() {
        step();
        if (++depth > DEPTH) {
            throw TemplateException.limit("It nests deeper than the " + DEPTH + " levels that are allowed.");
        }
    }

    void leave() {
        depth--;
    }

    /** Where the rendering is. */
    int line() {
        return line;
    }

    void at(int place) {
        line = place;
    }
}
