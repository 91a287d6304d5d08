package ai.bearllm.notebook.jjava;

import ai.bearllm.notebook.Display;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/** Installed by JJava when the toolkit comes onto its class path: the toolkit's values are shown as tables from then on. */
public final class JJavaExtension implements Extension {
    private static final Logger LOG = System.getLogger(JJavaExtension.class.getName());

    @Override
    public void install(BaseKernel kernel) {
        try {
            Display.of(new JJavaKernel(kernel));
        } catch (LinkageError e) {
            // Thrown out of here it would end the kernel.
            LOG.log(Level.WARNING, "this version of JJava is unknown; the toolkit shows text only", e);
        }
    }
}
