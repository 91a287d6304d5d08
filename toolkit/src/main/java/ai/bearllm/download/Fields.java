package ai.bearllm.download;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * A line of named values with a checksum before it: {@code 0a1b2c3d pid=4711 done=1048576}. Plain text instead of JSON, because a
 * JSON library costs a short download as much processor time as half a gigabyte of hashing.
 *
 * <p>Lines are in ASCII, so that a character is a byte; values may hold anything.
 */
final class Fields {
    private final Map<String, String> values;

    private Fields(Map<String, String> values) {
        this.values = values;
    }

    static Fields none() {
        return new Fields(Map.of());
    }

    /** The same with one more. */
    Fields with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, String.valueOf(value));
        return new Fields(more);
    }

    /** The same with one more where there is a value. */
    Fields with(String name, Optional<?> value) {
        return value.isPresent() ? with(name, value.get()) : this;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** Empty where there is none, or it is no whole number. */
    OptionalLong number(String name) {
        Optional<String> digits = text(name).filter(value -> value.matches("-?[0-9]{1,18}"));
        return digits.isPresent() ? OptionalLong.of(Long.parseLong(digits.get())) : OptionalLong.empty();
    }

    /** The names and values alone. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        values.forEach((name, value) -> line.append(line.length() == 0 ? "" : " ")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return line.toString();
    }

    /** What {@link #toString()} wrote; empty where it is something else. */
    static Optional<Fields> parse(String line) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : line.split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                return Optional.empty();
            }
            try {
                values.put(
                        word.substring(0, equals),
                        URLDecoder.decode(word.substring(equals + 1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(new Fields(values));
    }

    /** A whole line with its checksum and its end. */
    static String checked(String content) {
        return checksum(content) + " " + content + "\n";
    }

    /** What stands behind the checksum of a line without its end; empty where that is wrong. */
    static Optional<String> unchecked(String line) {
        if (line.length() < 10 || line.charAt(8) != ' ') {
            return Optional.empty();
        }
        String content = line.substring(9);
        return line.startsWith(checksum(content)) ? Optional.of(content) : Optional.empty();
    }

    private static String checksum(String content) {
        CRC32 crc = new CRC32();
        crc.update(content.getBytes(StandardCharsets.ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
