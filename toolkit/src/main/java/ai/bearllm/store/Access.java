package ai.bearllm.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a lease uses the database. DuckDB refuses two configurations of one file at once, and what was switched off cannot be
 * switched on again, so leases of different access exclude each other.
 *
 * @param mode what is allowed
 * @param folder for {@link Mode#EXPORT}, the one folder that may be written
 */
record Access(Mode mode, Optional<Path> folder) {
    static final Access WRITE = new Access(Mode.WRITE, Optional.empty());
    static final Access READ = new Access(Mode.READ, Optional.empty());
    static final Access FILE = new Access(Mode.FILE, Optional.empty());

    static Access export(Path folder) {
        return new Access(Mode.EXPORT, Optional.of(folder));
    }

    /** What is allowed. */
    enum Mode {
        /** Reading and writing, one lease at a time. */
        WRITE,
        /** Reading, several leases of this process at once. */
        READ,
        /** Reading, and writing files of one folder. */
        EXPORT,
        /** The closed file itself. */
        FILE
    }

    /** Whether the open database is kept for the next lease: never where SQL of a user may have left something in it. */
    boolean isKept() {
        return mode == Mode.WRITE;
    }

    /** Whether two leases may work at once. */
    boolean isShared() {
        return mode == Mode.READ || mode == Mode.EXPORT;
    }
}
