package ai.bearllm.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine's name, as it calls itself. */
public final class Host {
    /** Source: proc_sys_kernel(5). Other ways may ask a name server, which may be slow to answer. */
    private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

    private Host() {}

    /** The name, on one line; {@code unknown} where the machine does not tell it. */
    public static String name() {
        String name = read();
        return name.isBlank() ? "unknown" : name.strip().replaceAll("\\s", " ");
    }

    private static String read() {
        try {
            if (Files.isReadable(LINUX)) {
                return Files.readString(LINUX);
            }
            String windows = System.getenv("COMPUTERNAME");
            return windows == null ? InetAddress.getLocalHost().getHostName() : windows;
        } catch (UnknownHostException e) {
            return "";
        } catch (IOException e) {
            return "";
        }
    }
}
