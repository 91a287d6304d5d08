package ai.bearllm.store;

/** What is done with the database during a lease. */
@FunctionalInterface
public interface Work<T> {
    /**
     * Works with the database, which must not be kept. An exception undoes everything that this lease wrote.
     *
     * @return the lease's result
     */
    T with(Database database);
}
