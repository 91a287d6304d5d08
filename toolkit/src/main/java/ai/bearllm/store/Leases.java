package ai.bearllm.store;

import ai.bearllm.progress.Cancellation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * This process's leases of one database. Those of the same access share one opening, others take turns; after the last one the
 * database stays open for a moment, because opening costs tens of milliseconds and questions come in groups. It is closed as soon
 * as another process asks for it, so that nobody waits for an idle holder.
 */
final class Leases {
    private static final Logger LOG = System.getLogger(Leases.class.getName());
    private static final int LONGEST_PAUSE_MILLIS = 50;
    private static final int IDLE_LOOK_MILLIS = 20;
    private static final int BEAT_MILLIS = 500;

    private final SideLock side;
    private final Opening opening;
    private final StoreSettings settings;

    private @Nullable Opened opened;
    /** A thread opens or closes the database just now. */
    private boolean changing;

    private boolean closed;

    Leases(SideLock side, Opening opening, StoreSettings settings) {
        this.side = side;
        this.opening = opening;
        this.settings = settings;
    }

    /** One lease, given back by {@link Leases#end}. */
    record Lease(Opened opened, Connection connection) {}

    /** Waits until the database can be used so, and opens it. */
    Lease begin(Access access, Schema schema, Cancellation cancellation) throws SQLException {
        Patience patience = side.patience();
        Optional<Opened> served = await(access, schema, cancellation, patience);
        Opened mine = served.isPresent() ? served.get() : change(access, schema, cancellation, patience);
        boolean begun = false;
        try {
            Connection connection =
                    access.isShared() ? opening.another(access) : mine.keeper().orElseThrow();
            begun = true;
            return new Lease(mine, connection);
        } finally {
            if (!begun) {
                leave(mine, true);
            }
        }
    }

    /** Ends a lease. */
    void end(Lease lease, boolean failed) throws SQLException {
        try {
            if (lease.opened().access().isShared()) {
                lease.connection().close();
            }
        } finally {
            leave(lease.opened(), failed);
        }
    }

    /** Holds the lock while nobody, not even this process, has the database open. */
    <T> T closed(Cancellation cancellation, java.util.function.Supplier<T> action) {
        Schema none = new Schema("none", java.util.List.of());
        Patience patience = side.patience();
        await(Access.FILE, none, cancellation, patience);
        Opened mine;
        try {
            mine = change(Access.FILE, none, cancellation, patience);
        } catch (SQLException e) {
            throw Failures.of(e);
        }
        try {
            return action.get();
        } finally {
            leave(mine, true);
        }
    }

    /** Waits for a turn: what is open now where it serves, else the right to change it. */
    private Optional<Opened> await(Access access, Schema schema, Cancellation cancellation, Patience patience) {
        for (int pause = 1; ; pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2)) {
            cancellation.check();
            synchronized (this) {
                Opened now = opened;
                if (!changing && now != null && now.serves(access, schema) && !side.isWished()) {
                    now.enter();
                    return Optional.of(now);
                }
                if (!changing && (now == null || !now.isUsed())) {
                    changing = true;
                    return Optional.empty();
                }
                pause(pause);
            }
            patience.step();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // Its caller is the loop.
    private void pause(int millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("the wait for the database was interrupted");
            cancelled.initCause(e);
            throw cancelled;
        }
    }

    /** Opens the database as it is wanted. The caller has the right to change it, and gives it back here. */
    private Opened change(Access access, Schema schema, Cancellation cancellation, Patience patience)
            throws SQLException {
        Opened next = opened();
        boolean done = false;
        try {
            if (next != null && (side.isWished() || next.isSpoiled())) {
                closeAll(next);
                next = null;
            }
            if (next == null || access.isShared() || !next.access().equals(access)) {
                next = reopened(next, access, cancellation, patience);
            }
            if (access.mode() != Access.Mode.FILE) {
                Optional<Connection> keeper = next.keeper();
                next.open(
                        keeper.isPresent() ? opening.ready(keeper.get(), schema) : opening.open(access, schema),
                        schema);
            }
            done = true;
            return next;
        } finally {
            if (!done && next != null) {
                closeAll(next);
                next = null;
            }
            changed(next);
        }
    }

    private Opened reopened(@Nullable Opened old, Access access, Cancellation cancellation, Patience patience)
            throws SQLException {
        if (old == null) {
            return new Opened(access, side.acquire(cancellation, patience));
        }
        old.closeDatabase();
        return new Opened(access, old.held());
    }

    private synchronized @Nullable Opened opened() {
        return opened;
    }

    private synchronized void changed(@Nullable Opened next) {
        boolean first = next != null && opened == null;
        opened = next;
        changing = false;
        if (next != null) {
            next.enter();
        }
        if (first) {
            Thread watch = new Thread(this::watch, "bear-store-idle");
            watch.setDaemon(true);
            watch.setContextClassLoader(Leases.class.getClassLoader());
            watch.start();
        }
        notifyAll();
    }

    private void leave(Opened mine, boolean failed) {
        synchronized (this) {
            mine.leave();
            if (failed) {
                mine.spoil();
            }
            notifyAll();
            if (!mayClose(mine)) {
                return;
            }
            changing = true;
        }
        close(mine);
    }

    /** Whether nobody here needs it open any more. */
    private boolean mayClose(Opened mine) {
        return opened == mine
                && !changing
                && !mine.isUsed()
                && (closed
                        || mine.isSpoiled()
                        || !mine.access().isKept()
                        || mine.idleNanos() >= settings.keepOpen().toNanos()
                        || side.isWished());
    }

    private void close(Opened mine) {
        try {
            closeAll(mine);
        } finally {
            synchronized (this) {
                opened = null;
                changing = false;
                notifyAll();
            }
        }
    }

    private static void closeAll(Opened mine) {
        try {
            mine.closeDatabase();
        } catch (SQLException e) {
            // What was committed is in the file or its log; the next opening goes on from there.
            LOG.log(Level.WARNING, "The database was not closed in order: " + e.getMessage());
        } finally {
            mine.held().close();
        }
    }

    /** Closes the database once it was idle for long enough, and shows other machines that its holder lives. */
    private void watch() {
        long beat = System.nanoTime();
        while (true) {
            Opened idle;
            synchronized (this) {
                Opened now = opened;
                if (now == null) {
                    return;
                }
                try {
                    wait(now.isUsed() || changing ? BEAT_MILLIS : IDLE_LOOK_MILLIS);
                } catch (InterruptedException e) {
                    // Nobody interrupts this thread; where somebody does, the database is closed at its next use.
                    return;
                }
                idle = opened != null && mayClose(opened) ? opened : null;
                changing = changing || idle != null;
                if (!changing && opened != null && System.nanoTime() - beat > BEAT_MILLIS * 1_000_000L) {
                    beat = System.nanoTime();
                    side.beat();
                }
            }
            if (idle != null) {
                close(idle);
            }
        }
    }

    /** Closes the database where it is idle, else after its last lease; it is not kept open any more. */
    void close() {
        Opened idle;
        synchronized (this) {
            closed = true;
            idle = opened != null && mayClose(opened) ? opened : null;
            changing = changing || idle != null;
        }
        if (idle != null) {
            close(idle);
        }
    }
}
