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
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The database of a toolkit's folder, {@code bear_llm.duckdb}, for any number of processes at once.
 *
 * <p>DuckDB lets one process at a time have a file, so the database is open only during short leases and a moment after, under
 * an exclusive lock beside the file; another process that asks is let in as soon as no lease needs it. Making a store opens
 * nothing and loads no native library; the first lease does. Leases run on a thread of the toolkit; the caller waits and may be
 * interrupted, which undoes what the lease wrote.
 */
public final class Store implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Store.class.getName());

    private final Path file;
    private final Opening opening;
    private final Leases leases;
    private final Set<Thread> leaseholders = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Store(Path home, StoreSettings settings) {
        this.file = home.toAbsolutePath().normalize().resolve("bear_llm.duckdb");
        Clock clock = Clock.systemUTC();
        this.opening = new Opening(file, new DuckDb(file.resolveSibling("natives")), clock);
        this.leases = new Leases(new SideLock(file, settings, clock), opening, settings);
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
     * are made or brought to its version first. One such lease at a time.
     *
     * @throws BearException where the database is in use for longer than the settings' patience, is damaged, foreign or newer
     *     than this program, or the folder cannot be written; it says what to do
     * @throws CancellationException where the caller was interrupted; nothing was changed
     */
    public <T> T write(Schema schema, Work<T> work) {
        return lease(cancellation ->
                with(Access.WRITE, schema, cancellation, connection -> transaction(connection, work, cancellation)));
    }

    /**
     * Leases the database for reading only. The work's SQL can reach no other file, no network and no setting, so it may come
     * from a user. Several such leases of this process work at once.
     *
     * @throws BearException as {@link #write}
     * @throws CancellationException where the caller was interrupted
     */
    public <T> T read(Schema schema, Work<T> work) {
        return reading(Access.READ, schema, work);
    }

    /**
     * Leases the database for reading, with SQL that may write files of one folder, and of nothing else.
     *
     * @param folder exists already
     * @throws BearException as {@link #write}
     * @throws CancellationException where the caller was interrupted
     */
    public <T> T export(Schema schema, Path folder, Work<T> work) {
        return reading(Access.export(folder.toAbsolutePath().normalize()), schema, work);
    }

    private <T> T reading(Access access, Schema schema, Work<T> work) {
        return lease(cancellation -> with(
                access,
                schema,
                cancellation,
                connection -> work.with(new Database(connection, new Interrupt(cancellation)))));
    }

    /**
     * Renames what stands in the database's place, so that the next lease starts an empty one. For a damaged or foreign file,
     * which is otherwise never touched.
     *
     * @return the file's new name
     */
    public Path setAside() {
        return lease(cancellation -> leases.closed(cancellation, opening::setAside));
    }

    /**
     * Finds what is in the database's place and which copies of it there are. Nothing is changed before
     * {@link Recovery#confirm()}.
     */
    public Recovery recovery() {
        return lease(cancellation -> leases.closed(cancellation, () -> Recovery.of(this, opening)));
    }

    <T> T closed(Supplier<T> action) {
        return lease(cancellation -> leases.closed(cancellation, action));
    }

    private <T> T with(Access access, Schema schema, Cancellation cancellation, Use<T> use) {
        boolean done = false;
        try {
            Leases.Lease lease = leases.begin(access, schema, cancellation);
            try {
                T result = use.of(lease.connection());
                done = true;
                return result;
            } finally {
                leases.end(lease, !done);
            }
        } catch (SQLException e) {
            throw Failures.of(e);
        }
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
        connection.setAutoCommit(true);
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
        if (leaseholders.contains(Thread.currentThread())) {
            throw new IllegalStateException("this thread has a lease already: use the database that it was given");
        }
        Cancellation cancellation = Cancellation.create();
        return Task.await("store", cancellation, () -> {
            leaseholders.add(Thread.currentThread());
            try {
                return lease.under(cancellation);
            } finally {
                leaseholders.remove(Thread.currentThread());
            }
        });
    }

    /** Refuses further leases and closes the database. A running lease ends by itself, and then closes it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leases.close();
        }
    }

    @Override
    public String toString() {
        return "store: " + file.getFileName();
    }

    @FunctionalInterface
    private interface Lease<T> {
        T under(Cancellation cancellation);
    }

    @FunctionalInterface
    private interface Use<T> {
        T of(Connection connection) throws SQLException;
    }
}
