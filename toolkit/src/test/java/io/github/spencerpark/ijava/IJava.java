package io.github.spencerpark.ijava;

import io.github.spencerpark.jupyter.channels.JupyterConnection;
import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stands in for IJava 1.3.0, which is on no registry: a small kernel of our own on the same base (the real
 * {@code jupyter-jvm-basekernel} 2.3.0), with the one class and the two members of IJava that the toolkit reaches by name. It
 * speaks the Jupyter protocol and evaluates by JShell; it has no magics.
 */
public final class IJava {
    /** As in IJava. */
    public static final String VERSION = "stand-in";

    @SuppressWarnings("NonFinalStaticField") // IJava keeps its kernel so.
    private static BaseKernel kernel;

    private IJava() {}

    /** The running kernel, or null. */
    public static BaseKernel getKernelInstance() {
        return kernel;
    }

    /** Runs the kernel for the client whose connection file is named, until that client ends it. */
    public static void main(String[] arguments) throws Exception {
        JupyterConnection connection =
                new JupyterConnection(KernelConnectionProperties.parse(Files.readString(Path.of(arguments[0]))));
        kernel = new ShellKernel(System.getenv("IJAVA_CLASSPATH"));
        kernel.becomeHandlerForConnection(connection);
        connection.connect();
        connection.waitUntilClose();
        System.exit(0);
    }
}
