package ai.bearllm.usage;

import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Database;
import ai.bearllm.store.Journal;
import ai.bearllm.store.Schema;
import ai.bearllm.store.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Remembers what each run of a model did, in this folder alone: one row a run, never any text of a prompt or an answer.
 *
 * <p>Recording appends to this process's journal and touches no database; looking at the statistics first merges the journals
 * of all processes, also of those that died. Safe for several threads and processes.
 */
public final class Usage implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Usage.class.getName());

    private final Store store;
    private final Schema schema;
    private final Journal journal;
    private final Path offMark;
    private final AtomicBoolean complained = new AtomicBoolean();

    /**
     * The statistics of a folder. Nothing is opened.
     *
     * @param store the folder's store, which stays open when this is closed
     * @param home the folder
     */
    public Usage(Store store, Path home) {
        this.store = store;
        this.schema = RunTable.schema();
        this.journal = Journal.in(home.resolve("usage-journal"), schema.version());
        this.offMark = home.resolve("usage-is-off");
    }

    /**
     * Remembers a run, unless recording is off. When this returns, the record survives the process. It never throws: a failure
     * is logged once, and the record kept in memory for the next attempt.
     */
    public void record(RunRecord run) {
        try {
            if (isOn()) {
                journal.append(RunJson.of(run));
            }
        } catch (RuntimeException e) {
            if (complained.compareAndSet(false, true)) {
                LOG.log(Level.WARNING, "A run could not be recorded, and neither may the next ones: " + e.getMessage());
            }
        }
    }

    /** Whether runs are recorded: yes, until someone calls {@link #off()}. */
    public boolean isOn() {
        return !Files.exists(offMark);
    }

    /**
     * Records no runs from now on, in this folder, by any process, until {@link #on()}. What was recorded stays.
     *
     * @throws BearException where the folder cannot be written
     */
    public void off() {
        try {
            Files.createDirectories(offMark.toAbsolutePath().getParent());
            Files.writeString(offMark, "While this file is here, no run is recorded.\n");
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * Records runs again.
     *
     * @throws BearException where the folder cannot be written
     */
    public void on() {
        try {
            Files.deleteIfExists(offMark);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** The statistics to look at. Nothing is read yet. */
    public UsageView view() {
        return UsageView.newest(this);
    }

    /** Merges what was recorded and asks the database. */
    <T> T ask(Function<Database, T> question) {
        return store.write(schema, database -> {
            journal.merge(database, RunTable::merge);
            return question.apply(database);
        });
    }

    private BearException unwritable(IOException e) {
        return new BearException(
                offMark + " cannot be written: " + e.getMessage() + ".",
                "Make its folder writable, or open the toolkit on another one with Bear.open(\"folder\") or BEAR_HOME.",
                e);
    }

    /** Finishes this process's journal. The store stays open. */
    @Override
    public void close() {
        journal.close();
    }
}
