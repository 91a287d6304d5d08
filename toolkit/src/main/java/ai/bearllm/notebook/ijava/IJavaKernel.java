package ai.bearllm.notebook.ijava;

import ai.bearllm.notebook.Kernel;
import ai.bearllm.notebook.Rendering;
import io.github.spencerpark.jupyter.channels.JupyterInputStream;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Optional;
import java.util.function.Function;

/** The running IJava. Its base is on Maven Central, the kernel itself on no registry: its one class is reached by name. */
public final class IJavaKernel implements Kernel {
    private final BaseKernel kernel;
    private final String version;

    private IJavaKernel(BaseKernel kernel, String version) {
        this.kernel = kernel;
        this.version = version;
    }

    /**
     * The kernel of this process; empty where IJava's classes are there and no kernel runs.
     *
     * @throws ReflectiveOperationException if this is not the IJava that is known
     */
    public static Optional<Kernel> running() throws ReflectiveOperationException {
        Class<?> program = Class.forName("io.github.spencerpark.ijava.IJava", true, IJavaKernel.class.getClassLoader());
        Object kernel = program.getMethod("getKernelInstance").invoke(null);
        Object version = program.getField("VERSION").get(null);
        return kernel instanceof BaseKernel base
                ? Optional.of(new IJavaKernel(base, String.valueOf(version)))
                : Optional.empty();
    }

    @Override
    public String name() {
        return "IJava " + version;
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
        data.setDisplayId(id);
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
