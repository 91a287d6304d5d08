package ai.bearllm.worker;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Eight threads chat on two models while their workers are killed, crashed, stopped, starved of memory and left without a disk:
 * {@code ChaosProcess HOME SMALL-DISK ROUNDS SEED}. Prints one line at its end, or what went wrong.
 */
final class ChaosProcess {
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final String LONG_TEXT = "bear ".repeat(400_000);

    private final Path home;
    private final Path disk;
    private final RandomGenerator random;
    private final List<WorkerSession> sessions = new ArrayList<>();
    private final AtomicIntegerArray ended = new AtomicIntegerArray(THREADS);
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger errors = new AtomicInteger();
    private final AtomicInteger byKernel = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    private ChaosProcess(Path home, Path disk, long seed) {
        this.home = home;
        this.disk = disk;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private enum Trouble {
        KILL,
        CRASH,
        STOP,
        MEMORY_LIMIT,
        ADDRESS_LIMIT,
        FULL_DISK
    }

    public static void main(String[] arguments) throws Exception {
        ChaosProcess chaos =
                new ChaosProcess(Path.of(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[3]));
        System.out.println(chaos.run(Integer.parseInt(arguments[2])));
        System.exit(0);
    }

    private String run(int rounds) throws Exception {
        WorkerSettings settings = WorkerSettings.of(home.resolve("workers"), home.resolve("logs"))
                .withTemporary(disk)
                .withSilence(Duration.ofSeconds(5));
        Map<Trouble, Integer> troubles = new TreeMap<>();
        int restarts;
        try (WorkerEngine engine = new WorkerEngine(new LlamaCppProvider(), settings)) {
            for (String name : List.of("one.gguf", "two.gguf")) {
                Path model = Files.copy(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"), home.resolve(name));
                sessions.add((WorkerSession) engine.load(
                        new ModelSource.LocalFile(model.toAbsolutePath()),
                        LoadOptions.DEFAULT.withContext(256).withThreads(1),
                        Cancellation.create()));
            }
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int number = i;
                threads.add(new Thread(() -> chat(number), "chat " + number));
            }
            threads.forEach(Thread::start);
            for (int round = 0; round < rounds; round++) {
                // Each kind in turn, so that a short run has them all.
                Trouble trouble = Trouble.values()[round % Trouble.values().length];
                troubles.merge(trouble, 1, Integer::sum);
                make(trouble, sessions.get(random.nextInt(sessions.size())));
            }
            over = true;
            for (Thread thread : threads) {
                thread.join(PATIENCE.toMillis());
                if (thread.isAlive()) {
                    throw new AssertionError(thread.getName() + " never ended");
                }
            }
            restarts = sessions.stream()
                    .mapToInt(session -> session.status(false).restarts())
                    .sum();
        }
        check();
        long left = ProcessHandle.current()
                .descendants()
                .filter(process -> ProcessState.of(process.pid()) != ProcessState.ENDED)
                .count();
        return "held: " + troubles + ", answers " + answers + ", errors " + errors + ", by the kernel " + byKernel
                + ", restarts " + restarts + ", processes left " + left + ", directories left " + directories();
    }

    private long directories() throws IOException {
        long left = 0;
        for (Path base : List.of(disk, home.resolve("workers"))) {
            if (Files.exists(base)) {
                try (var entries = Files.list(base)) {
                    left += entries.filter(
                                    entry -> entry.getFileName().toString().startsWith("bear-w-"))
                            .count();
                }
            }
        }
        return left;
    }

    private void chat(int number) {
        WorkerSession session = sessions.get(number % sessions.size());
        while (!over) {
            try {
                StringBuilder heard = new StringBuilder();
                GenerationListener listener = heard::append;
                Generation answer = session.generate(
                        GenerationRequest.of("Thread " + number + " says", 24), listener, Cancellation.create());
                if (!answer.text().contentEquals(heard)) {
                    wrong.add(new AssertionError("the text heard is not the answer's: " + answer));
                }
                answers.incrementAndGet();
            } catch (BearException e) {
                error(e);
            } catch (RuntimeException | Error e) {
                wrong.add(e);
            }
            ended.incrementAndGet(number);
        }
    }

    private void error(BearException e) {
        errors.incrementAndGet();
        if (e.problem().contains("by the kernel")) {
            byKernel.incrementAndGet();
        }
        if (e.problem().isBlank() || e.fix().isBlank()) {
            wrong.add(e);
        }
    }

    private void make(Trouble trouble, WorkerSession session) throws Exception {
        long pid = session.pid();
        switch (trouble) {
            case KILL -> signal("KILL", pid);
            case CRASH -> signal("SEGV", pid);
            case STOP -> signal("STOP", pid);
            case MEMORY_LIMIT -> {
                Optional<MemoryGroup> made = MemoryGroup.of(16 << 20);
                if (made.isPresent()) {
                    try (MemoryGroup group = made.get()) {
                        group.add(pid);
                        hunger(session);
                        signal("KILL", pid);
                        settle();
                    }
                    return;
                }
                limitAddresses(session, pid);
            }
            case ADDRESS_LIMIT -> limitAddresses(session, pid);
            case FULL_DISK -> {
                Path filler = disk.resolve("filler");
                fill(filler);
                signal("KILL", pid);
                settle();
                Files.delete(filler);
                return;
            }
        }
        settle();
    }

    private void limitAddresses(WorkerSession session, long pid) throws Exception {
        run("prlimit", "--pid", Long.toString(pid), "--as=" + (64 << 20));
        hunger(session);
    }

    /** Asks for what needs more memory than the worker has. */
    private void hunger(WorkerSession session) {
        try {
            session.tokenize(LONG_TEXT);
        } catch (BearException e) {
            error(e);
        }
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[1 << 20];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    private static void signal(String name, long pid) throws Exception {
        run("kill", "-" + name, Long.toString(pid));
    }

    /** The process may have ended meanwhile. */
    private static void run(String... command) throws Exception {
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Waits until every thread has ended the request that it had, and another. */
    private void settle() throws InterruptedException {
        int[] before = new int[THREADS];
        for (int i = 0; i < THREADS; i++) {
            before[i] = ended.get(i);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (int i = 0; i < THREADS; i++) {
            while (ended.get(i) < before[i] + 2) {
                check();
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("thread " + i + " waits for ever");
                }
                Thread.sleep(5);
            }
        }
    }

    private void check() {
        Throwable first = wrong.peek();
        if (first != null) {
            throw new AssertionError("neither a result nor a clear error", first);
        }
    }
}
