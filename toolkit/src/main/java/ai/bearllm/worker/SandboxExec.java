package ai.bearllm.worker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a worker under a profile of macOS's sandbox: everything is denied but what is listed.
 *
 * <p>Source: sandbox-exec(1) and the profiles in {@code /System/Library/Sandbox/Profiles}. Never run by us.
 */
final class SandboxExec implements Sandbox {
    private static final Path PROGRAM = Path.of("/usr/bin/sandbox-exec");

    private static final List<String> SYSTEM =
            List.of("/System", "/usr/lib", "/usr/share", "/Library/Java", "/private/etc/localtime", "/dev");

    static Found find() {
        return Files.isExecutable(PROGRAM)
                ? Found.of(new SandboxExec())
                : Found.none(PROGRAM + " is missing, which comes with macOS.");
    }

    @Override
    public Isolation level() {
        return Isolation.SANDBOX_EXEC;
    }

    @Override
    public boolean hidesProcesses() {
        return false;
    }

    @Override
    public List<String> around(List<String> command, Confinement bounds) {
        List<String> wrapped =
                new ArrayList<>(List.of(PROGRAM.toString(), "-p", profile(Path.of(command.get(0)), bounds)));
        wrapped.addAll(command);
        return wrapped;
    }

    static String profile(Path program, Confinement bounds) {
        StringBuilder profile = new StringBuilder("(version 1)\n(deny default)\n(import \"system.sb\")\n");
        profile.append("(allow process-fork)\n(allow process-exec (literal ")
                .append(quoted(program))
                .append("))\n(allow sysctl-read)\n(allow file-read-metadata)\n");
        if (bounds.gpu()) {
            profile.append("(allow iokit-open)\n(allow mach-lookup)\n");
        }
        for (String path : SYSTEM) {
            profile.append("(allow file-read* (subpath \"").append(path).append("\"))\n");
        }
        for (Path path : bounds.readable()) {
            profile.append("(allow file-read* (subpath ").append(quoted(path)).append("))\n");
        }
        for (Path path : bounds.writable()) {
            profile.append("(allow file-read* file-write* (subpath ")
                    .append(quoted(path))
                    .append("))\n(allow network-outbound (remote unix-socket (subpath ")
                    .append(quoted(path))
                    .append(")))\n");
        }
        return profile.toString();
    }

    /** As Scheme writes a string. */
    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
