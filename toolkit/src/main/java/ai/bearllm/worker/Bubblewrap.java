package ai.bearllm.worker;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a worker in namespaces of its own: a file system of which only the given parts exist, no network device but a loopback
 * of its own, process ids of its own. Of the system's programs none exists there; its shared libraries do.
 *
 * <p>Source: bwrap(1), as of version 0.4. It needs the kernel's user namespaces for unprivileged users, which some
 * distributions and most containers switch off: so it is tried out before it is relied on.
 *
 * @param program the path of {@code bwrap}
 */
record Bubblewrap(Path program) implements Sandbox {
    private static final int PATIENCE_SECONDS = 10;
    private static final int SHOWN = 200;

    /** Folders of shared libraries; on most systems those at the root are links into {@code /usr}. */
    private static final List<String> LIBRARIES = List.of(
            "/usr/lib",
            "/usr/lib32",
            "/usr/lib64",
            "/usr/libx32",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/usr/local/lib",
            "/nix/store",
            "/gnu/store",
            "/etc/ld.so.cache",
            "/etc/ld.so.conf",
            "/etc/ld.so.conf.d",
            "/etc/localtime");

    /** The JVM and the engines look up processors, caches and limits there. */
    private static final List<String> FACTS =
            List.of("/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/fs/cgroup");

    private static final List<String> GPU_FILES =
            List.of("/sys", "/usr/local/cuda", "/opt/rocm", "/usr/share/vulkan", "/etc/vulkan", "/etc/OpenCL");

    private static final List<String> GPU_DEVICES = List.of("/dev/dri", "/dev/kfd");

    /** Looks for it on the path and runs it once. */
    static Found find(Map<String, String> environment) {
        for (String folder : environment.getOrDefault("PATH", "/usr/bin").split(File.pathSeparator, -1)) {
            Path program = Path.of(folder.isEmpty() ? "/usr/bin" : folder, "bwrap");
            if (Files.isExecutable(program)) {
                return tried(program);
            }
        }
        return Found.none("Bubblewrap is not installed: install the package bubblewrap, which has the program bwrap.");
    }

    private static Found tried(Path program) {
        try {
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(NAMESPACES);
            command.addAll(List.of("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "/bin/true"));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            String said = new String(process.getInputStream().readNBytes(SHOWN), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Found.none(program + " did not answer within " + PATIENCE_SECONDS + " s.");
            }
            return process.exitValue() == 0
                    ? Found.of(new Bubblewrap(program))
                    : Found.none(program + " cannot fence a process off here ("
                            + said.lines().findFirst().orElse("no reason")
                            + "). The system has to let users make namespaces; in a container, its settings have to.");
        } catch (IOException e) {
            return Found.none(program + " cannot be run: " + e.getMessage() + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Found.none("The look for bubblewrap was interrupted.");
        }
    }

    private static final List<String> NAMESPACES = List.of(
            "--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--die-with-parent",
            "--new-session");

    @Override
    public Isolation level() {
        return Isolation.BUBBLEWRAP;
    }

    @Override
    public boolean hidesProcesses() {
        return true;
    }

    @Override
    public List<String> around(List<String> command, Confinement bounds) {
        List<String> wrapped = new ArrayList<>(List.of(program.toString()));
        wrapped.addAll(NAMESPACES);
        LIBRARIES.forEach(path -> bind(Path.of(path), wrapped));
        FACTS.forEach(path -> bind(Path.of(path), wrapped));
        wrapped.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        if (bounds.gpu()) {
            GPU_FILES.forEach(path -> bind(Path.of(path), wrapped));
            devices().forEach(path -> wrapped.addAll(List.of("--dev-bind-try", path, path)));
        }
        bounds.readable().forEach(path -> bind(path, wrapped));
        bounds.writable().forEach(path -> wrapped.addAll(List.of("--bind", path.toString(), path.toString())));
        // Last, so that the folders on the way to what was bound can still be made.
        wrapped.addAll(
                List.of("--remount-ro", "/", "--chdir", bounds.directory().toString(), "--"));
        wrapped.addAll(command);
        return wrapped;
    }

    /** The path as it is: a link at the root as a link, all else with what lies behind it. */
    private static void bind(Path path, List<String> wrapped) {
        if (path.getNameCount() == 1 && Files.isSymbolicLink(path)) {
            try {
                wrapped.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString()));
                return;
            } catch (IOException e) {
                System.getLogger(Bubblewrap.class.getName())
                        .log(System.Logger.Level.DEBUG, "cannot read the link " + path, e);
            }
        }
        if (Files.exists(path)) {
            wrapped.addAll(List.of("--ro-bind", path.toString(), path.toString()));
        }
    }

    private static List<String> devices() {
        List<String> devices = new ArrayList<>(GPU_DEVICES);
        try (Stream<Path> files = Files.list(Path.of("/dev"))) {
            files.map(Path::toString)
                    .filter(path -> path.startsWith("/dev/nvidia"))
                    .sorted()
                    .forEach(devices::add);
        } catch (IOException e) {
            System.getLogger(Bubblewrap.class.getName()).log(System.Logger.Level.DEBUG, "cannot list /dev", e);
        }
        return devices;
    }
}
