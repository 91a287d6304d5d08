package ai.bearllm.store;

import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The database of a toolkit's folder, {@code bear_llm.duckdb}, for any number of processes at once.
 *
 * <p>DuckDB lets one process at a time have a file, so the database is open only during short leases, one after the other,
 * each under an exclusive lock beside the file. Making a store opens nothing and loads no native library; the first lease
 * does. Leases run on a thread of the toolkit; the caller waits and may be interrupted, which undoes what the lease wrote.
 */
public final class Store implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Store.class.getName());

    private final Path file;
    private final SideLock lock;
    private final Opening opening;
    private final AtomicReference<@Nullable Thread> leaseholder = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Store(Path home, StoreSettings settings) {
        this.file = home.toAbsolutePath().normalize().resolve("bear_llm.duckdb");
        Clock clock = Clock.systemUTC();
        this.lock = new SideLock(file, settings, clock);
        this.opening = new Opening(file, new DuckDb(file.resolveSibling("natives")), clock);
    }

    /** The store of a folder, which need not exist yet. Nothing is opened. */
    public static Store at(Path home) {
        return at(home, StoreSettings.DEFAULT);
    }

    /** The store of a folder, with other waiting. Nothing is opened. */
    public static Store at(Path home, StoreSettings settings) {
        return new Store(home, settings);
    }

    /** The database file, whether it exists or not. */
    public Path file() {
        return file;
    }

    /**
     * Leases the database for reading and writing, in one transaction: all of the work's changes or none. The schema's tables
     * are made or brought to its version first.
     *
     * @throws BearException where the database is in use for longer than the settings' patience, is damaged, foreign or newer
     *     than this program, or the folder cannot be written; it says what to do
     * @throws CancellationException where the caller was interrupted; nothing was changed
     */
    public <T> T write(Schema schema, Work<T> work) {
        return lease(cancellation -> {
            try (Connection connection = opening.write(schema)) {
                return transaction(connection, work, cancellation);
            } catch (SQLException e) {
                throw Failures.of(e);
            }
        });
    }

    /**
     * Leases the database for reading only. The work's SQL can reach no other file, no network and no setting, so it may come
     * from a user.
     *
     * @throws BearException as {@link #write}
     * @throws CancellationException where the caller was interrupted
     */
    public <T> T read(Schema schema, Work<T> work) {
        return lease(cancellation -> {
            try (Connection connection = opening.read(schema)) {
                return work.with(new Database(connection, new Interrupt(cancellation)));
            } catch (SQLException e) {
                throw Failures.of(e);
            }
        });
    }

    /**
     * Renames what stands in the database's place, so that the next lease starts an empty one. For a damaged or foreign file,
     * which is otherwise never touched.
     *
     * @return the file's new name
     */
    public Path setAside() {
        return lease(cancellation -> opening.setAside());
    }

    private <T> T transaction(Connection connection, Work<T> work, Cancellation cancellation) throws SQLException {
        connection.setAutoCommit(false);
        Database database = new Database(connection, new Interrupt(cancellation));
        boolean committed = false;
        T result;
        try {
            result = work.with(database);
            cancellation.check();
            connection.commit();
            committed = true;
        } finally {
            if (!committed) {
                rollback(connection);
            }
        }
        database.committed();
        return result;
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The failure that led here goes on to the caller, and an uncommitted transaction ends with its connection.
            LOG.log(Level.DEBUG, "a transaction could not be rolled back", e);
        }
    }

    private <T> T lease(Lease<T> lease) {
        if (closed.get()) {
            throw new IllegalStateException("this store is closed");
        }
        if (Thread.currentThread() == leaseholder.get()) {
            throw new IllegalStateException("this thread has a lease already: use the database that it was given");
        }
        Cancellation cancellation = Cancellation.create();
        return Task.await("store", cancellation, () -> {
            SideLock.Held held = lock.acquire(cancellation);
            leaseholder.set(Thread.currentThread());
            try {
                return lease.under(cancellation);
            } finally {
                leaseholder.set(null);
                held.close();
            }
        });
    }

    /** Refuses further leases. A running one ends by itself. */
    @Override
    public void close() {
        closed.set(true);
    }

    @Override
    public String toString() {
        return "store: " + file.getFileName();
    }

    @FunctionalInterface
    private interface Lease<T> {
        T under(Cancellation cancellation);
    }
}
