package ai.bearllm.store;

import ai.bearllm.progress.Cancellation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Stops a running statement when the lease's caller is stopped. */
final class Interrupt {
    private static final Logger LOG = System.getLogger(Interrupt.class.getName());

    private final Cancellation cancellation;

    Interrupt(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    long guard(PreparedStatement statement, Database.Execution execution) throws SQLException {
        Running running = new Running(statement);
        Cancellation.Registration registration = cancellation.onCancel(running::stop);
        try {
            cancellation.check();
            return execution.on(statement);
        } catch (SQLException e) {
            // A statement that was stopped fails in its own words; the reason is the request to stop.
            cancellation.check();
            throw e;
        } finally {
            registration.close();
            running.end();
        }
    }

    /** A statement that another thread may stop, but never once it may have been closed: that would reach freed native memory. */
    private static final class Running {
        private final PreparedStatement statement;
        private boolean ended;

        Running(PreparedStatement statement) {
            this.statement = statement;
        }

        synchronized void stop() {
            if (ended) {
                return;
            }
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "a statement could not be stopped", e);
            }
        }

        synchronized void end() {
            ended = true;
        }
    }
}
