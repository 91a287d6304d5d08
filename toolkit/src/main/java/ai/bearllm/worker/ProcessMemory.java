package ai.bearllm.worker;

import ai.bearllm.engine.MemoryReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads a process's memory from {@code /proc/<pid>/status}.
 *
 * <p>Source: proc(5). {@code RssAnon} and {@code RssFile} exist since Linux 4.5; the unit written {@code kB} is 1024 bytes.
 */
final class ProcessMemory {
    private ProcessMemory() {}

    static MemoryReport of(long pid) {
        try {
            return parse(Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")));
        } catch (IOException e) {
            // Gone, or a system without /proc: not known.
            return MemoryReport.UNKNOWN;
        }
    }

    static MemoryReport parse(List<String> status) {
        return new MemoryReport(field(status, "RssAnon:"), field(status, "RssFile:"), field(status, "VmHWM:"));
    }

    private static OptionalLong field(List<String> status, String name) {
        for (String line : status) {
            String digits = line.startsWith(name) ? line.replaceAll("\\D", "") : "";
            if (!digits.isEmpty() && digits.length() < 16) {
                return OptionalLong.of(Long.parseLong(digits) * 1024);
            }
        }
        return OptionalLong.empty();
    }
}
