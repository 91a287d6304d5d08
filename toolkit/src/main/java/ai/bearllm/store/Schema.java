package ai.bearllm.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The tables of one owner and how they came about: numbered steps, forward only. Step n brings the owner's tables from version
 * n-1 to n; a step that was ever released is never changed.
 *
 * @param name the owner, for example {@code usage}
 * @param migrations one SQL script a step, the first being version 1
 */
public record Schema(String name, List<String> migrations) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z_]{0,30}");

    public Schema {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a schema's name has lower-case letters and underscores but was \"" + name + "\"");
        }
        migrations = List.copyOf(migrations);
    }

    /**
     * Reads the steps from resources beside a class.
     *
     * @throws IllegalArgumentException where one is missing
     */
    public static Schema of(String name, Class<?> beside, String... resources) {
        List<String> scripts = new ArrayList<>();
        for (String resource : resources) {
            scripts.add(read(beside, resource));
        }
        return new Schema(name, scripts);
    }

    /** The version that these steps lead to. */
    public int version() {
        return migrations.size();
    }

    private static String read(Class<?> beside, String resource) {
        try (InputStream in = beside.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource + " beside " + beside.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
