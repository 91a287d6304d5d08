package ai.bearllm.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The database while this process has it: the side lock, and the connection that keeps it open. Guarded by {@link Leases}. */
final class Opened {
    private final Access access;
    private final SideLock.Held held;
    private final Set<Schema> ready = new HashSet<>();
    private @Nullable Connection keeper;
    private int users;
    private boolean spoiled;
    private long idleSinceNanos = System.nanoTime();

    Opened(Access access, SideLock.Held held) {
        this.access = access;
        this.held = held;
    }

    Access access() {
        return access;
    }

    SideLock.Held held() {
        return held;
    }

    Optional<Connection> keeper() {
        return Optional.ofNullable(keeper);
    }

    void open(Connection connection, Schema schema) {
        keeper = connection;
        ready.add(schema);
    }

    /** Whether a lease can begin now without changing how the database is open. */
    boolean serves(Access wanted, Schema schema) {
        return access.equals(wanted)
                && !spoiled
                && keeper != null
                && ready.contains(schema)
                && (users == 0 || access.isShared());
    }

    boolean isUsed() {
        return users > 0;
    }

    boolean isSpoiled() {
        return spoiled;
    }

    /** Something failed: a database that met a fatal error refuses everything until it is opened again. */
    void spoil() {
        spoiled = true;
    }

    void enter() {
        users++;
    }

    void leave() {
        users--;
        idleSinceNanos = System.nanoTime();
    }

    long idleNanos() {
        return System.nanoTime() - idleSinceNanos;
    }

    /** Closes the database and keeps the lock. */
    void closeDatabase() throws SQLException {
        Connection connection = keeper;
        keeper = null;
        ready.clear();
        if (connection != null) {
            connection.close();
        }
    }
}
