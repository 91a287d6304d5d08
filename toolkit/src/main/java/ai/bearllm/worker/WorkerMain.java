package ai.bearllm.worker;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The program that a worker process runs: {@code WorkerMain SOCKET DIRECTORY PARENT-PID}.
 *
 * <p>It ends by {@code halt} only, because a native library keeps threads that no orderly exit can stop.
 */
final class WorkerMain {
    private WorkerMain() {}

    /** Connects, serves, and ends with its parent. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        ParentWatch watch = new ParentWatch(directory);
        watch.start(Long.parseLong(arguments[2]));
        ignoreInterrupts();
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(arguments[0]));
        new WorkerHost(new Frames(channel), watch::end).serve();
    }

    /**
     * Interrupting a kernel, or Ctrl-C in a terminal, signals every process of the group. That stops the cell, which cancels
     * its request here in order; the worker itself goes on.
     *
     * <p>By reflection, because javac knows no way to name {@code sun.misc.Signal} without a warning. Where it is missing,
     * an interrupt ends the worker, and the next request starts another.
     */
    private static void ignoreInterrupts() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("INT"),
                            handler.getField("SIG_IGN").get(null));
        } catch (ReflectiveOperationException e) {
            System.getLogger(WorkerMain.class.getName())
                    .log(System.Logger.Level.DEBUG, "interrupts end this worker", e);
        }
    }
}
