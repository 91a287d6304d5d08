package ai.bearllm.store;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Driver;
import org.jspecify.annotations.Nullable;

/**
 * Loads DuckDB's driver with its native library taken from a given file.
 *
 * <p>By itself DuckDB's driver copies its library (72 MB) from the jar into the JVM's temporary folder at each start: slow, left
 * behind by a killed JVM, and impossible where that folder is full or must not run programs. It takes no other folder; but
 * where its class loader shows no such resource, it asks that loader for the library {@code duckdb_java}.
 */
final class DriverLoader extends URLClassLoader {
    private static final String LIBRARY = "duckdb_java";

    private final Path library;

    private DriverLoader(URL jar, Path library) {
        super("bear-duckdb", new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        this.library = library;
    }

    /**
     * The driver, its library loaded.
     *
     * @throws UnsatisfiedLinkError where the library cannot be loaded from that file; another loader may try another file
     */
    static Driver load(URL jar, Path library) throws IOException, ReflectiveOperationException {
        DriverLoader loader = new DriverLoader(jar, library);
        try {
            loader.loadLibrary();
            // DuckDB asks for its library when this class is first used, and the file may be gone soon after now.
            Class.forName("org.duckdb.DuckDBNative", true, loader);
            return Class.forName("org.duckdb.DuckDBDriver", true, loader)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (IOException | ReflectiveOperationException | LinkageError e) {
            loader.close();
            throw e;
        }
    }

    private void loadLibrary() throws IOException, ReflectiveOperationException {
        String name = NativeLoad.class.getName();
        byte[] code;
        try (InputStream in = NativeLoad.class.getResourceAsStream("NativeLoad.class")) {
            if (in == null) {
                throw new IOException("the class file of " + name + " is missing");
            }
            code = in.readAllBytes();
        }
        Method load = defineClass(name, code, 0, code.length).getDeclaredMethod("load", String.class);
        load.setAccessible(true);
        try {
            load.invoke(null, library.toString());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof LinkageError failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        return name.contains("lib" + LIBRARY) ? null : super.getResource(name);
    }

    @Override
    protected @Nullable String findLibrary(String name) {
        return name.equals(LIBRARY) ? library.toString() : null;
    }
}
