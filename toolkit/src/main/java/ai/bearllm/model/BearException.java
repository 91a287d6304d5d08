package ai.bearllm.model;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a notebook's reader can act on: {@link #problem()} says what was found and what was expected,
 * {@link #fix()} what to do. The message is both, because JShell and the kernels print nothing else.
 *
 * <p>Misuse of the API (a negative count, an unknown option) is an {@link IllegalArgumentException} instead.
 */
public class BearException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String fix;

    /**
     * @param problem what was found and what was expected, in one or two whole sentences
     * @param fix what the reader can do, in the imperative, a whole sentence
     */
    public BearException(String problem, String fix) {
        this(problem, fix, null);
    }

    /** As {@link #BearException(String, String)}, with the failure behind it. */
    public BearException(String problem, String fix, @Nullable Throwable cause) {
        super(problem + " " + fix, cause);
        this.problem = Objects.requireNonNull(problem);
        this.fix = Objects.requireNonNull(fix);
    }

    /** What was found and what was expected. */
    public final String problem() {
        return problem;
    }

    /** What the reader can do, in the imperative. */
    public final String fix() {
        return fix;
    }

    /**
     * The frames of the caller's own code. JShell and the kernels print what this returns below the message, and the toolkit's
     * frames would bury it; {@link #printStackTrace()} and logs have them all.
     */
    @Override
    public StackTraceElement[] getStackTrace() {
        return Arrays.stream(super.getStackTrace())
                .filter(frame -> Stream.of("ai.bearllm.", "java.", "jdk.").noneMatch(frame.getClassName()::startsWith))
                .toArray(StackTraceElement[]::new);
    }
}
