package ai.bearllm.usage;

import ai.bearllm.store.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the statistics in a folder of their own. */
class OnUsage {
    @TempDir
    Path home;

    Store store;
    Usage usage;

    @BeforeEach
    void open() {
        store = Store.at(home);
        usage = new Usage(store, home);
    }

    @AfterEach
    void close() {
        usage.close();
        store.close();
    }
}
