package ai.bearllm.store;

/**
 * Loads a native library for the class loader that defined this class. {@link DriverLoader} defines it again beside DuckDB's
 * classes: where the library cannot be loaded, DuckDB's own attempt would print a stack trace into the cell and stay broken.
 */
final class NativeLoad {
    private NativeLoad() {}

    // Called by reflection, on the copy in the driver's loader.
    @SuppressWarnings({"unused", "UnusedMethod"})
    static void load(String file) {
        System.load(file);
    }
}
