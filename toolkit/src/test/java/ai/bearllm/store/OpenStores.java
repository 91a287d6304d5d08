package ai.bearllm.store;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The stores that a test opens, closed when it ends: one that keeps its database open would write into a folder that is gone. */
final class OpenStores implements AutoCloseable {
    private final List<Store> stores = new CopyOnWriteArrayList<>();

    Store at(Path home) {
        return at(home, StoreSettings.DEFAULT);
    }

    Store at(Path home, StoreSettings settings) {
        Store store = Store.at(home, settings);
        stores.add(store);
        return store;
    }

    @Override
    public void close() {
        stores.forEach(Store::close);
    }
}
