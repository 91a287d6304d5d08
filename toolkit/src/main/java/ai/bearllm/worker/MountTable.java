package ai.bearllm.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a file system can execute.
 *
 * <p>Source: {@code /proc/self/mountinfo}, see proc(5): field 5 is the mount point with blanks and backslashes as octal
 * escapes, field 6 the mount's options; a later line covers an earlier one. Linux only: elsewhere nothing is refused.
 */
final class MountTable {
    private final List<String> lines;

    MountTable(List<String> lines) {
        this.lines = List.copyOf(lines);
    }

    static MountTable ofThisSystem() {
        try {
            return new MountTable(Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return new MountTable(List.of());
        }
    }

    /** The mount point that forbids programs and libraries below this directory to run; empty where none does. */
    Optional<String> forbidsExecution(Path directory) {
        Path mounted = null;
        boolean forbids = false;
        for (String line : lines) {
            String[] fields = line.split(" ", 7);
            if (fields.length == 7) {
                Path point = Path.of(unescape(fields[4]));
                if (directory.startsWith(point) && (mounted == null || point.startsWith(mounted))) {
                    mounted = point;
                    forbids = Arrays.asList(fields[5].split(",")).contains("noexec");
                }
            }
        }
        return forbids ? Optional.of(String.valueOf(mounted)) : Optional.empty();
    }

    private static String unescape(String field) {
        byte[] raw = field.getBytes(StandardCharsets.ISO_8859_1);
        byte[] out = new byte[raw.length];
        int size = 0;
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] == '\\' && i + 3 < raw.length && isOctal(raw, i + 1)) {
                out[size++] = (byte) ((raw[i + 1] - '0') * 64 + (raw[i + 2] - '0') * 8 + (raw[i + 3] - '0'));
                i += 3;
            } else {
                out[size++] = raw[i];
            }
        }
        return new String(out, 0, size, StandardCharsets.UTF_8);
    }

    private static boolean isOctal(byte[] raw, int from) {
        for (int i = from; i < from + 3; i++) {
            if (raw[i] < '0' || raw[i] > '7') {
                return false;
            }
        }
        return true;
    }
}
