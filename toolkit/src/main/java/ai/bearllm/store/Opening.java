package ai.bearllm.store;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Opens the database under the side lock, with the tables that the lease needs. */
final class Opening {
    private static final Logger LOG = System.getLogger(Opening.class.getName());

    private final DatabaseFile file;
    private final DuckDb duckDb;
    private final Clock clock;

    Opening(Path database, DuckDb duckDb, Clock clock) {
        this.file = new DatabaseFile(database);
        this.duckDb = duckDb;
        this.clock = clock;
    }

    /**
     * Opens the closed database; the schema's tables are there and of its version.
     *
     * @throws BearException where it cannot be opened; it says why
     */
    Connection open(Access access, Schema schema) {
        try {
            prepare();
            return access.mode() == Access.Mode.WRITE ? ready(connect(Access.WRITE), schema) : reading(access, schema);
        } catch (SQLException e) {
            throw Failures.opening(file.path(), e);
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        }
    }

    /** One more connection to the database that this process has open for the same access. */
    Connection another(Access access) throws SQLException {
        return connect(access);
    }

    /**
     * Brings the tables of one more schema to its version.
     *
     * @param writing a connection for writing, the only one; may be closed here
     * @return a connection for writing, the same or another
     */
    Connection ready(Connection writing, Schema schema) {
        Connection connection = writing;
        boolean ready = false;
        try {
            int found = requireOurs(connection, schema);
            if (found > 0 && found < schema.version()) {
                // The copy needs a closed file: all of its content is then in it, and none in the log.
                connection.close();
                file.copy(".before-" + schema.name() + "-" + schema.version());
                connection = connect(Access.WRITE);
            }
            migrate(connection, schema, found);
            ready = true;
            return connection;
        } catch (SQLException e) {
            throw Failures.opening(file.path(), e);
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        } finally {
            if (!ready) {
                close(connection);
            }
        }
    }

    private Connection reading(Access access, Schema schema) throws SQLException {
        Connection connection = connect(access);
        boolean ready = false;
        try {
            if (requireOurs(connection, schema) < schema.version()) {
                connection.close();
                ready(connect(Access.WRITE), schema).close();
                connection = connect(access);
            }
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                connection.close();
            }
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "a database that could not be used could not be closed either", e);
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

    /** Why a closed file cannot be used as the database; empty where it can. */
    Optional<String> trouble(Path database) {
        DatabaseFile found = new DatabaseFile(database);
        try {
            if (found.isAbsent()) {
                return Optional.empty();
            }
            found.requireDuckDb();
            try (Connection connection = duckDb.read(database);
                    Statement statement = connection.createStatement()) {
                if (!Migrations.isOurs(connection)) {
                    return Optional.of("a DuckDB database, but not one of this toolkit");
                }
                // Reads every table's rows through.
                for (String table : Migrations.tables(connection)) {
                    statement.execute("select count(distinct hash(columns(*))) from \"" + table + "\"");
                }
            }
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.of(Failures.firstLine(e));
        } catch (BearException e) {
            return Optional.of(e.problem());
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The copies beside the closed database, the newest first, each looked through. */
    List<Recovery.Backup> backups() {
        List<Recovery.Backup> backups = new ArrayList<>();
        try {
            for (Path copy : file.copies()) {
                backups.add(new Recovery.Backup(
                        copy,
                        Files.getLastModifiedTime(copy).toInstant(),
                        new ByteSize(Files.size(copy)),
                        trouble(copy)));
            }
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        }
        backups.sort(Comparator.comparing(Recovery.Backup::made).reversed());
        return List.copyOf(backups);
    }

    /** Moves what stands in the database's place away and puts a copy of another file there, where one is given. */
    Path replace(Optional<Path> backup) {
        Path aside = setAside();
        try {
            if (backup.isPresent()) {
                file.restore(backup.get());
            }
            return aside;
        } catch (IOException e) {
            throw Failures.folder(file.path(), e);
        }
    }

    private Connection connect(Access access) throws SQLException {
        if (access.mode() == Access.Mode.EXPORT) {
            return duckDb.export(file.path(), access.folder().orElseThrow());
        }
        return access.mode() == Access.Mode.READ ? duckDb.read(file.path()) : duckDb.write(file.path());
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
        int found = version(connection, schema);
        Migrations.requireKnown(schema, found);
        return found;
    }

    /** Whose database it is, is asked only where the version cannot be read: the question costs as much as opening again. */
    private int version(Connection connection, Schema schema) throws SQLException {
        try {
            return Migrations.version(connection, schema);
        } catch (SQLException e) {
            if (!Migrations.isOurs(connection)) {
                throw Failures.notOurs(file.path(), "a DuckDB database, but not one of this toolkit");
            }
            throw e;
        }
    }

    private static void migrate(Connection connection, Schema schema, int found) throws SQLException {
        if (found < schema.version()) {
            Migrations.migrate(connection, schema, found);
        }
    }
}
