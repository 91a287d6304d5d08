package ai.bearllm.notebook;

import ai.bearllm.chat.AnswerView;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.ShownView;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Where a person sees what the toolkit does: the outputs of a notebook's cells, a terminal, or plain lines of text.
 *
 * <p>All live displays of one {@code Display} together send at most ten updates a second; what a job did last is always sent.
 */
public final class Display {
    private static final Logger LOG = System.getLogger(Display.class.getName());

    private final Surface surface;

    private Display(Surface surface) {
        this.surface = surface;
    }

    /**
     * The display of the program that runs this: JJava, IJava, JShell, else the console. In a kernel, values of the toolkit
     * are shown as tables and figures from now on.
     */
    public static Display detect() {
        return running("org.dflib.jjava.jupyter.kernel.BaseKernel", "ai.bearllm.notebook.jjava.JJavaKernel")
                .or(() -> running("io.github.spencerpark.ijava.IJava", "ai.bearllm.notebook.ijava.IJavaKernel"))
                .map(Display::of)
                .orElseGet(() -> new Display(Console.ofThisProcess()));
    }

    /** The display of this kernel, whose renderers are registered if they are not yet. */
    public static Display of(Kernel kernel) {
        Renderers.register(kernel);
        return new Display(new Cells(kernel));
    }

    /** Names no kernel's type, so that it works where that kernel is absent. */
    private static Optional<Kernel> running(String marker, String adapter) {
        ClassLoader loader = Display.class.getClassLoader();
        try {
            Class.forName(marker, false, loader);
            Class<?> type = Class.forName(adapter, true, loader);
            return ((Optional<?>) type.getMethod("running").invoke(null)).map(Kernel.class::cast);
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.log(Level.WARNING, "this version of the kernel is unknown; the toolkit shows text only", e);
            return Optional.empty();
        }
    }

    /** What shows the values: a kernel with its version, {@code JShell}, or {@code console}. */
    public String name() {
        return surface.name();
    }

    /** A new live display for one job; nothing is shown before its first event. */
    public ProgressListener progress() {
        return surface.progress();
    }

    /** A new view for one answer, which grows while the model writes; nothing is shown before its first text. */
    public AnswerView answer() {
        return surface.answer();
    }

    /** A new place for one value that is shown again and again; nothing is shown before its first state. */
    public ShownView live() {
        return surface.live();
    }

    @Override
    public String toString() {
        return "Display(" + name() + ")";
    }
}
