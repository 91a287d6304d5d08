package ai.bearllm.notebook.jjava;

import ai.bearllm.notebook.Kernel;
import ai.bearllm.notebook.Rendering;
import java.util.Optional;
import java.util.function.Function;
import org.dflib.jjava.jupyter.channels.JupyterInputStream;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** The running JJava. Uses only what its versions 1.0-a6 (the API on Maven Central) and 1.0-a8 (the kernel on PyPI) share. */
public final class JJavaKernel implements Kernel {
    private final BaseKernel kernel;

    JJavaKernel(BaseKernel kernel) {
        this.kernel = kernel;
    }

    /** The kernel of this process; empty where JJava's classes are there and no kernel runs. */
    public static Optional<Kernel> running() {
        try {
            return Optional.of(new JJavaKernel(BaseKernel.notebookKernel()));
        } catch (NullPointerException e) {
            // That is how JJava says that none runs.
            return Optional.empty();
        }
    }

    @Override
    public String name() {
        return (kernel.getName() + " " + kernel.getVersion()).strip();
    }

    @Override
    public void display(String id, Rendering rendering) {
        kernel.getIO().display.display(data(id, rendering));
    }

    @Override
    public void update(String id, Rendering rendering) {
        kernel.getIO().display.updateDisplay(data(id, rendering));
    }

    private static DisplayData data(String id, Rendering rendering) {
        DisplayData data = new DisplayData(rendering.text());
        data.putHTML(rendering.html());
        // setDisplayId() returns something else in each version.
        data.putTransientData("display_id", id);
        return data;
    }

    @Override
    public <T> void render(Class<T> type, Function<T, Rendering> rendering) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(MIMEType.TEXT_HTML)
                .supporting(MIMEType.TEXT_PLAIN)
                .register((value, context) -> {
                    Rendering rendered = rendering.apply(value);
                    context.renderIfRequested(MIMEType.TEXT_HTML, rendered::html);
                    context.renderIfRequested(MIMEType.TEXT_PLAIN, rendered::text);
                });
    }

    @Override
    public boolean isWatched() {
        return !(kernel.getIO().in instanceof JupyterInputStream in) || in.isEnabled();
    }

    @Override
    public boolean rendersAsHtml(Object value) {
        return kernel.getRenderer().render(value).hasDataForType(MIMEType.TEXT_HTML);
    }
}
