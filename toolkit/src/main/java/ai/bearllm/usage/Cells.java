package ai.bearllm.usage;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Puts measurements into a sheet's cells, where null stands for unknown. */
final class Cells {
    private Cells() {}

    static @Nullable Object of(OptionalInt value) {
        return value.isEmpty() ? null : (Object) value.getAsInt();
    }

    static @Nullable Object of(OptionalLong value) {
        return value.isEmpty() ? null : (Object) value.getAsLong();
    }

    static @Nullable Object of(OptionalDouble value) {
        return value.isEmpty() ? null : (Object) value.getAsDouble();
    }

    /** A constant as words: {@code MAX_TOKENS} is "max tokens". */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
