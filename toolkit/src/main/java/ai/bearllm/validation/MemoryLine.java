package ai.bearllm.validation;

import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * One file's line in a {@link FileMemory}: fields between tabs, behind a checksum that tells a whole line from a torn one.
 *
 * @param path absolute
 * @param stamp the file as it was
 * @param known what was found then
 */
record MemoryLine(String path, FileStamp stamp, Remembered known) {
    private static final int FIELDS = 11;

    String text() {
        String fields = String.join(
                "\t",
                "1",
                known.sha256().hex(),
                Long.toString(stamp.sizeBytes()),
                Long.toString(nanos(stamp.modified())),
                Long.toString(stamp.changed().map(MemoryLine::nanos).orElse(0L)),
                escaped(stamp.key().orElse("")),
                Long.toString(known.when().toEpochMilli()),
                known.level().map(Level::name).orElse("-"),
                Integer.toString(known.rules()),
                known.passed().stream().map(MemoryLine::escaped).collect(Collectors.joining(";")),
                escaped(path));
        return checksum(fields) + "\t" + fields;
    }

    /** Reads a line; empty where it is torn, damaged, or of another version: what it knew is found out again. */
    static Optional<MemoryLine> parse(String line) {
        int tab = line.indexOf('\t');
        if (tab < 0 || !line.substring(0, tab).equals(checksum(line.substring(tab + 1)))) {
            return Optional.empty();
        }
        String[] fields = line.substring(tab + 1).split("\t", -1);
        if (fields.length != FIELDS || !fields[0].equals("1")) {
            return Optional.empty();
        }
        try {
            FileStamp stamp = new FileStamp(
                    Long.parseLong(fields[2]),
                    instant(fields[3]),
                    Optional.of(fields[4]).filter(text -> !text.equals("0")).map(MemoryLine::instant),
                    Optional.of(unescaped(fields[5])).filter(key -> !key.isEmpty()));
            List<String> passed = fields[9].isEmpty()
                    ? List.of()
                    : Arrays.stream(fields[9].split(";", -1))
                            .map(MemoryLine::unescaped)
                            .toList();
            Remembered known = new Remembered(
                    new Sha256(fields[1]),
                    Instant.ofEpochMilli(Long.parseLong(fields[6])),
                    fields[7].equals("-") ? Optional.empty() : Optional.of(Level.valueOf(fields[7])),
                    passed,
                    Integer.parseInt(fields[8]));
            return Optional.of(new MemoryLine(unescaped(fields[10]), stamp, known));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static long nanos(Instant time) {
        return FileTime.from(time).to(TimeUnit.NANOSECONDS);
    }

    private static Instant instant(String nanos) {
        return FileTime.from(Long.parseLong(nanos), TimeUnit.NANOSECONDS).toInstant();
    }

    private static String checksum(String fields) {
        CRC32 sum = new CRC32();
        sum.update(fields.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", sum.getValue());
    }

    /** Without what separates fields, lines and elements; surrogates alone, which UTF-8 cannot hold, are written as well. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c > ' ' && c < 0x7F && c != ';' && c != '%';
            out.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%04x", (int) c));
        }
        return out.toString();
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                if (i + 5 > text.length()) {
                    throw new IllegalArgumentException("an escape is cut off");
                }
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                i += 4;
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
