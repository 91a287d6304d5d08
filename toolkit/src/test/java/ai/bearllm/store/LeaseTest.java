package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lease at a time, whoever asks: threads, class loaders, processes. */
class LeaseTest {
    @TempDir
    Path home;

    private final OpenStores stores = new OpenStores();

    @AfterEach
    void closeStores() {
        stores.close();
    }

    @Test
    void letsThreadsAndStoresOfOneProcessTakeTurns() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Long>> results = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                int n = i;
                results.add(threads.submit(() -> stores.at(home)
                        .write(Things.SCHEMA, database -> database.update("insert into things(n) values (?)", n))));
            }
            for (Future<Long> result : results) {
                assertThat(result.get()).isEqualTo(1);
            }
        } finally {
            threads.shutdown();
        }
        assertThat(stores.at(home).<Long>read(Things.SCHEMA, Things::count)).isEqualTo(12);
    }

    @Test
    void tellsWhoHoldsTheDatabaseWhileItWaitsAndGivesUpAfterItsPatience() throws Exception {
        try (Child holder = Child.start(List.of(), "hold", home.toString())) {
            assertThat(holder.line()).isEqualTo("held");
            LinkedBlockingQueue<Waiting> notices = new LinkedBlockingQueue<>();
            Store store = stores.at(
                    home,
                    StoreSettings.DEFAULT.patience(Duration.ofMillis(1200)).onWait(notices::add));

            assertThatThrownBy(() -> store.write(Things.SCHEMA, Things::count))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining(
                            "The database is in use. Waiting for a Java program (process " + holder.pid() + ")")
                    .hasMessageContaining("nothing was changed");
            assertThat(notices)
                    .isNotEmpty()
                    .allSatisfy(waiting -> assertThat(waiting.pid()).hasValue(holder.pid()));
            assertThatThrownBy(() -> store.setAside())
                    .as("not while somebody has it")
                    .isInstanceOf(BearException.class);
        }
    }

    @Test
    void isFreeAsSoonAsItsHolderIsKilled() throws Exception {
        try (Child holder = Child.start(List.of(), "hold", home.toString())) {
            assertThat(holder.line()).isEqualTo("held");
            holder.kill();
        }

        Store patient = stores.at(home, StoreSettings.DEFAULT.patience(Duration.ZERO));
        assertThat(patient.<Long>write(Things.SCHEMA, Things::count))
                .as("what it had not committed is undone")
                .isZero();
    }

    @Test
    void keepsItsLockWhenOthersInTheProcessAskForIt() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (URLClassLoader second = secondToolkit()) {
            Store notKept = stores.at(home, StoreSettings.DEFAULT.keepOpen(Duration.ZERO));
            Future<Long> first = thread.submit(() -> notKept.write(Things.SCHEMA, database -> {
                held.countDown();
                await(release);
                return 1L;
            }));
            held.await();

            Store impatient = stores.at(home, StoreSettings.DEFAULT.patience(Duration.ZERO));
            assertThatThrownBy(() -> impatient.read(Things.SCHEMA, Things::count))
                    .hasMessageContaining("another lease of this process");
            assertThat(leaseOf(second)).contains("another lease of this process");
            try (Child other = Child.start(List.of(), "lease", home.toString())) {
                assertThat(other.line())
                        .contains("in use")
                        .contains("process " + ProcessHandle.current().pid());
            }
            release.countDown();
            assertThat(first.get()).isEqualTo(1);
            assertThat(leaseOf(second)).isEqualTo("rows 1");
        } finally {
            release.countDown();
            thread.shutdown();
        }
    }

    @Test
    void stopsWaitingWhenItsCallerIsInterrupted() throws Exception {
        try (Child holder = Child.start(List.of(), "hold", home.toString())) {
            assertThat(holder.line()).isEqualTo("held");
            interrupted(() -> stores.at(home).write(Things.SCHEMA, Things::count));
        }
    }

    @Test
    void stopsARunningStatementAndUndoesTheLeaseWhenItsCallerIsInterrupted() throws Exception {
        Store store = stores.at(home);
        store.write(Things.SCHEMA, Things::count);

        interrupted(() -> store.write(Things.SCHEMA, database -> {
            database.update("insert into things(n) values (1)");
            return database.query(
                    "select count(*) from range(1000000) a, range(1000000) b where hash(a.range, b.range) = 1",
                    Row::cells);
        }));

        assertThat(store.<Long>read(Things.SCHEMA, Things::count)).isZero();
    }

    @Test
    void createsEachLockFileOnceAndNeverReadsIt() throws Exception {
        stores.at(home).write(Things.SCHEMA, Things::count);
        assertThat(Files.size(home.resolve("bear_llm.duckdb.lock"))).isZero();
    }

    @Test
    void keepsTheDatabaseOpenForTheNextLeaseAndClosesItWhenIdle() throws Exception {
        Store store = stores.at(home);
        store.write(Things.SCHEMA, Things::count);
        assertThat(home.resolve("bear_llm.duckdb.holder")).as("still held").exists();
        store.write(Things.SCHEMA, Things::count);

        awaitGone(home.resolve("bear_llm.duckdb.holder"));
        try (Child other = Child.start(List.of(), "lease", home.toString())) {
            assertThat(other.line()).isEqualTo("rows 1");
        }
        assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isEqualTo(1);
    }

    @Test
    void letsAnotherProcessInThoughItWouldKeepTheDatabaseOpenForHours() throws Exception {
        try (Store store = stores.at(home, StoreSettings.DEFAULT.keepOpen(Duration.ofHours(5)))) {
            store.write(Things.SCHEMA, Things::count);
            try (Child other = Child.start(List.of(), "patient", home.toString())) {
                assertThat(other.line()).isEqualTo("rows 1");
            }
            assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isEqualTo(1);
        }
        assertThat(home.resolve("bear_llm.duckdb.holder")).doesNotExist();
    }

    @Test
    void letsAnotherProcessInThoughThisOneLeasesWithoutAPause() throws Exception {
        try (Store store = stores.at(home, StoreSettings.DEFAULT.keepOpen(Duration.ofHours(5)))) {
            store.write(Things.SCHEMA, Things::count);
            CountDownLatch done = new CountDownLatch(1);
            ExecutorService threads = Executors.newFixedThreadPool(3);
            try (Child other = Child.start(List.of(), "patient", home.toString())) {
                for (int i = 0; i < 3; i++) {
                    boolean write = i == 0;
                    threads.submit(() -> {
                        while (done.getCount() > 0) {
                            Object rows = write
                                    ? store.write(Things.SCHEMA, Things::count)
                                    : store.read(Things.SCHEMA, Things::count);
                            assertThat(rows).isNotNull();
                        }
                    });
                }
                assertThat(other.line()).isEqualTo("rows 1");
            } finally {
                done.countDown();
                threads.shutdown();
                assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            }
        }
    }

    @Test
    void letsReadersOfOneProcessWorkAtOnce() throws Exception {
        Store store = stores.at(home, StoreSettings.DEFAULT.patience(Duration.ofSeconds(60)));
        store.write(Things.SCHEMA, Things::count);
        CountDownLatch both = new CountDownLatch(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(() -> store.read(Things.SCHEMA, database -> {
                    both.countDown();
                    await(both);
                    return Things.count(database);
                })));
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isZero();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void letsAWriterAndReadersExcludeEachOther() throws Exception {
        Store store = stores.at(home);
        store.write(Things.SCHEMA, Things::count);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Store impatient = stores.at(home, StoreSettings.DEFAULT.patience(Duration.ZERO));
        try {
            Future<Long> reader = thread.submit(() -> store.read(Things.SCHEMA, database -> {
                held.countDown();
                await(release);
                return Things.count(database);
            }));
            held.await();
            assertThatThrownBy(() -> impatient.write(Things.SCHEMA, Things::count))
                    .hasMessageContaining("in use");
            release.countDown();
            assertThat(reader.get()).isZero();
        } finally {
            release.countDown();
            thread.shutdown();
        }
    }

    @Test
    void goesOnAfterAStatementThatFailed() {
        Store store = stores.at(home);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() ->
                            store.write(Things.SCHEMA, database -> database.update("insert into nothing values (1)")))
                    .isInstanceOf(BearException.class);
            assertThat(store.<Long>write(Things.SCHEMA, Things::count)).isZero();
        }
    }

    @Test
    void takesTurnsBetweenOwnersOfTablesWithoutClosing() {
        Store store = stores.at(home);
        Schema others = new Schema("others", List.of("create table others (n integer)"));
        for (int i = 0; i < 3; i++) {
            store.write(others, database -> database.update("insert into others values (1)"));
            store.write(Things.SCHEMA, database -> database.update("insert into things(n) select n from others"));
        }
        assertThat(store.<Long>read(Things.SCHEMA, Things::count)).isEqualTo(6);
    }

    @Test
    void refusesToWorkWhereTheLockKeepsNobodyOut() throws Exception {
        Path holder = home.resolve("bear_llm.duckdb.holder");
        CountDownLatch done = new CountDownLatch(1);
        Thread elsewhere = new Thread(() -> {
            for (int beat = 0; done.getCount() > 0; beat++) {
                try {
                    Files.writeString(holder, "4711\t1\tquickstart.ipynb\tanother-machine\t1\t" + beat + "\n");
                    Thread.sleep(50);
                } catch (java.io.IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        elsewhere.start();
        try {
            while (!Files.exists(holder)) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> stores.at(home).write(Things.SCHEMA, Things::count))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("does not keep its locks: quickstart.ipynb (process 4711 on another-machine)")
                    .hasMessageContaining("local disk");
            assertThat(home.resolve("bear_llm.duckdb")).doesNotExist();
        } finally {
            done.countDown();
            elsewhere.join();
        }
        assertThat(stores.at(home).<Long>write(Things.SCHEMA, Things::count))
                .as("the other machine's holder died")
                .isZero();
    }

    private static void awaitGone(Path file) throws InterruptedException {
        while (Files.exists(file)) {
            // Another thread's file: nothing here tells when it goes.
            Thread.sleep(5);
        }
    }

    /** Interrupts the call once it has surely begun to wait, and sees that it ends as cancelled. */
    private static void interrupted(Runnable call) throws Exception {
        LinkedBlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
        Thread caller = new Thread(() -> {
            try {
                call.run();
                ends.add(new AssertionError("it was not stopped"));
            } catch (RuntimeException e) {
                ends.add(e);
            }
        });
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        assertThat(ends.take()).isInstanceOf(CancellationException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The toolkit loaded a second time, as a kernel does that loads a new jar. */
    private static URLClassLoader secondToolkit() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : Child.classPath().split(java.io.File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private String leaseOf(URLClassLoader loader) throws Exception {
        Class<?> child = loader.loadClass(Child.class.getName());
        var method = child.getDeclaredMethod("lease", String.class, Path.class);
        method.setAccessible(true);
        return (String) method.invoke(null, "lease", home);
    }
}
