package ai.bearllm.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;

/** Opens the database under the side lock, with the tables that the lease needs. */
final class Opening {
    private final DatabaseFile file;
    private final DuckDb duckDb;
    private final Clock clock;

    Opening(Path database, DuckDb duckDb, Clock clock) {
        this.file = new DatabaseFile(database);
        this.duckDb = duckDb;
        this.clock = clock;
    }

    /** Opens for reading and writing; the schema's tables are there and of its version. */
    Connection write(Schema schema) {
        try {
            prepare();
            Connection connection = open(false);
            boolean ready = false;
            try {
                int found = requireOurs(connection, schema);
                if (found > 0 && found < schema.version()) {
                    // The copy needs a closed file: all of its content is then in it, and none in the log.
                    connection.close();
                    file.copy(".before-" + schema.name() + "-" + schema.version());
                    connection = open(false);
                }
                migrate(connection, schema, found);
                ready = true;
                return connection;
            } finally {
                if (!ready) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw Failures.opening(file.path(), e);
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        }
    }

    /** Opens for reading only, the tables brought to the schema's version first where they are older. */
    Connection read(Schema schema) {
        try {
            prepare();
            Connection connection = open(true);
            boolean ready = false;
            try {
                if (requireOurs(connection, schema) < schema.version()) {
                    connection.close();
                    write(schema).close();
                    connection = open(true);
                }
                ready = true;
                return connection;
            } finally {
                if (!ready) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw Failures.opening(file.path(), e);
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        }
    }

    /** Moves whatever stands in the database's place away. */
    Path setAside() {
        try {
            return file.rename(".set-aside-" + clock.millis());
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        }
    }

    private Connection open(boolean readOnly) throws SQLException {
        return readOnly ? duckDb.read(file.path()) : duckDb.write(file.path());
    }

    private void prepare() throws IOException, SQLException {
        if (file.isAbsent()) {
            create();
        } else {
            file.requireDuckDb();
        }
    }

    /** Makes the file under another name first: a process killed in between leaves no half-made database in the place. */
    private void create() throws IOException, SQLException {
        if (Files.exists(file.log())) {
            // Without its database a log is of no use to DuckDB, but it is not ours to throw away.
            setAside();
        }
        DatabaseFile draft =
                new DatabaseFile(file.path().resolveSibling(file.path().getFileName() + ".new"));
        Files.deleteIfExists(draft.path());
        Files.deleteIfExists(draft.log());
        try (Connection connection = duckDb.write(draft.path())) {
            Migrations.begin(connection);
        }
        Files.move(draft.path(), file.path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private int requireOurs(Connection connection, Schema schema) throws SQLException {
        if (!Migrations.isOurs(connection)) {
            throw Failures.notOurs(file.path(), "a DuckDB database, but not one of this toolkit");
        }
        int found = Migrations.version(connection, schema);
        Migrations.requireKnown(schema, found);
        return found;
    }

    private static void migrate(Connection connection, Schema schema, int found) throws SQLException {
        if (found < schema.version()) {
            Migrations.migrate(connection, schema, found);
        }
    }
}
