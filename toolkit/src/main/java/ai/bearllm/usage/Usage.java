package ai.bearllm.usage;

import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Database;
import ai.bearllm.store.Journal;
import ai.bearllm.store.Recovery;
import ai.bearllm.store.Schema;
import ai.bearllm.store.Store;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private final Journal memoryJournal;
    private final Supplier<List<LibraryModel>> library;
    private final Optional<String> session;
    private final Path offMark;
    private final AtomicBoolean complained = new AtomicBoolean();

    /**
     * The statistics of a folder. Nothing is opened.
     *
     * @param store the folder's store, which stays open when this is closed
     * @param home the folder
     */
    public Usage(Store store, Path home) {
        this(store, home, List::of);
    }

    /**
     * The statistics of a folder, whose SQL can join the library's models. Nothing is opened.
     *
     * @param store the folder's store, which stays open when this is closed
     * @param home the folder
     * @param library tells the models whenever someone asks in SQL
     */
    public Usage(Store store, Path home, Supplier<List<LibraryModel>> library) {
        this.store = store;
        this.library = library;
        this.session = session(System.getenv("JPY_SESSION_NAME"));
        this.schema = RunTable.schema();
        this.journal = Journal.in(home.resolve("usage-journal"), schema.version());
        this.memoryJournal = Journal.in(home.resolve("memory-journal"), schema.version());
        this.offMark = home.resolve("usage-is-off");
    }

    /**
     * Remembers a run, unless recording is off. When this returns, the record survives the process. It never throws: a failure
     * is logged once, and the record kept in memory for the next attempt.
     */
    public void record(RunRecord run) {
        append(journal, () -> RunJson.of(run, session));
    }

    /** Remembers what memory a load was predicted to need and was seen to; like {@link #record}. */
    public void observe(MemoryObservation seen) {
        append(memoryJournal, () -> MemoryTable.json(seen));
    }

    private void append(Journal to, Supplier<String> json) {
        try {
            if (isOn()) {
                to.append(json.get());
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

    /** The tables and views of the statistics, and how they came about. */
    public static Schema schema() {
        return RunTable.schema();
    }

    /** Merges what was recorded and asks the database. */
    <T> T ask(Function<Database, T> question) {
        return store.write(schema, database -> {
            merge(database);
            return question.apply(database);
        });
    }

    private void merge(Database database) {
        journal.merge(database, RunTable.MERGER);
        memoryJournal.merge(database, MemoryTable.MERGER);
    }

    /** Merges what was recorded, writes the library's models anew, and asks with a user's SQL, which can only read. */
    SqlResult sql(String query) {
        List<LibraryModel> models = library.get();
        ask(database -> {
            ModelsTable.replace(database, models, Instant.now());
            return models.size();
        });
        return new SqlResult(store.read(schema, database -> database.result(query, SqlResult.MOST_ROWS)));
    }

    /** Merges what was recorded and gives SQL of this program the right to write files of one folder. */
    <T> T export(Path folder, Function<Database, T> export) {
        ask(database -> 0);
        return store.export(schema, folder, export::apply);
    }

    /** Merges what was recorded and erases rows: from the database, and from every journal, also of processes that live. */
    long erase(Filter filter) {
        journal.close();
        memoryJournal.close();
        return ask(database -> {
            Filter.Condition runs = filter.onRuns();
            long erased = database.update("delete from runs where " + runs.sql(), runs.and());
            if (!filter.failed()) {
                Filter.Condition seen = filter.on("memory_observations", "observed_at");
                database.update("delete from memory_observations where " + seen.sql(), seen.and());
            }
            journal.forgetMerged(database);
            memoryJournal.forgetMerged(database);
            return erased;
        });
    }

    Recovery recovery() {
        return store.recovery();
    }

    /** Copies of the database from before migrations, which still hold what is erased. */
    List<String> copies() {
        String begin = store.file().getFileName() + ".before-";
        try (Stream<Path> files = Files.list(store.file().toAbsolutePath().getParent())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(begin))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The notebook's name where Jupyter tells it: jupyter_server sets JPY_SESSION_NAME in a kernel's environment. */
    private static Optional<String> session(@Nullable String told) {
        return Optional.ofNullable(told)
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .filter(name -> !name.isBlank());
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
        memoryJournal.close();
    }
}
