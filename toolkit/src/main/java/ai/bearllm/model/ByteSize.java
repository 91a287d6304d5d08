package ai.bearllm.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes that prints itself as people write sizes of files: powers of 1000, as disks and the hub do.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final Pattern TEXT =
            Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)\\s*([kKmMgGtTpPeE]?)(i?)[bB]?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative but was " + bytes);
        }
    }

    /**
     * Reads a size as people write it: {@code 500 MB}, {@code 1.5GB} in powers of 1000, {@code 2 GiB} in powers of 1024,
     * {@code 4096} in bytes; parts of a byte are dropped.
     *
     * @throws IllegalArgumentException where the text has another form or is beyond 8 EiB
     */
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()
                || (matcher.group(2).isEmpty() && !matcher.group(3).isEmpty())) {
            throw new IllegalArgumentException(
                    "a size is a number with B, kB, MB, GB, TB or KiB, MiB, GiB, TiB, for example"
                            + " \"2 GB\", but was \"" + Shown.line(text) + "\"");
        }
        int power = " KMGTPE"
                .indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2).toUpperCase(Locale.ROOT));
        BigDecimal unit =
                BigDecimal.valueOf(matcher.group(3).isEmpty() ? 1000 : 1024).pow(power);
        BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(unit).setScale(0, RoundingMode.DOWN);
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("a size is at most 8 EiB but was \"" + Shown.line(text) + "\"");
        }
        return new ByteSize(bytes.longValueExact());
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** For example {@code 512 B}, {@code 2.12 MB}, {@code 98.4 MB}, {@code 4.37 GB}: three significant digits. */
    @Override
    public String toString() {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        if (unit == 0) {
            return bytes + " B";
        }
        int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS[unit]);
    }
}
