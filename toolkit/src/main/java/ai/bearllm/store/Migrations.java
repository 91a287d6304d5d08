package ai.bearllm.store;

import ai.bearllm.model.BearException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Brings an owner's tables to the version that this program knows. */
final class Migrations {
    private static final String TABLE = "bear_schema";

    private Migrations() {}

    /** Makes the store's own tables in a new database: versions, and how far each journal was read. */
    static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists " + TABLE
                    + " (name varchar not null, version integer not null, migrated_at timestamptz not null)");
            statement.execute(
                    "create table if not exists bear_journal (segment varchar not null, position bigint not null)");
        }
    }

    /** Whether this is a database of the toolkit. */
    static boolean isOurs(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select count(*) from duckdb_tables() where table_name = ?")) {
            statement.setString(1, TABLE);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getLong(1) > 0;
            }
        }
    }

    /** The names of all tables. */
    static List<String> tables(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("select table_name from duckdb_tables() where not internal")) {
            while (result.next()) {
                names.add(result.getString(1));
            }
        }
        return names;
    }

    /** The version found; 0 where the owner has no tables yet. */
    static int version(Connection connection, Schema schema) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select max(version) from " + TABLE + " where name = ?")) {
            statement.setString(1, schema.name());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? result.getInt(1) : 0;
            }
        }
    }

    /** @throws BearException where the tables are newer than this program */
    static void requireKnown(Schema schema, int found) {
        if (found > schema.version()) {
            throw new BearException(
                    "The database's " + schema.name() + " tables have version " + found
                            + ", but this toolkit knows only " + schema.version() + ".",
                    "Use the newer toolkit that wrote them, or open this one on another folder with"
                            + " Bear.open(\"folder\"); nothing was changed.");
        }
    }

    /** Takes all missing steps in one transaction. */
    static void migrate(Connection connection, Schema schema, int found) throws SQLException {
        connection.setAutoCommit(false);
        try {
            for (int step = found; step < schema.version(); step++) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(schema.migrations().get(step));
                }
                noteVersion(connection, schema, step + 1);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private static void noteVersion(Connection connection, Schema schema, int version) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("insert into " + TABLE + " values (?, ?, now())")) {
            statement.setString(1, schema.name());
            statement.setInt(2, version);
            statement.executeUpdate();
        }
    }
}
