package ai.bearllm.notebook;

import java.util.function.Function;

/**
 * What the display needs of a Jupyter kernel. Each kernel has one adapter in a package of its own, loaded only where that
 * kernel runs; everything else here knows this interface alone.
 */
public interface Kernel {
    /** The kernel's name and version as it states them, for example {@code JJava 1.0-a8}. */
    String name();

    /** Begins an output in the running cell; later {@link #update} calls with the same id replace it. Dropped between cells. */
    void display(String id, Rendering rendering);

    /** Replaces what {@link #display} began. Dropped where no cell runs. */
    void update(String id, Rendering rendering);

    /** From now on values of this type, or of its subtypes, are shown so when they are a cell's result or are displayed. */
    <T> void render(Class<T> type, Function<T, Rendering> rendering);

    /**
     * Whether somebody may look on at this moment. Jupyter does not tell; a front end that a person uses allows the running cell
     * to ask questions, and programs that execute notebooks do not.
     *
     * <p>Source: {@code allow_stdin} of the execute request, in Jupyter's messaging protocol; nbclient sets it to false.
     */
    boolean isWatched();

    /** How the kernel would show a value. */
    boolean rendersAsHtml(Object value);
}
