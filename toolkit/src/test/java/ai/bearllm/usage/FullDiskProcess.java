package ai.bearllm.usage;

import ai.bearllm.model.BearException;
import ai.bearllm.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * Another process for tests, which has little room: {@code HOME merge} counts the runs, {@code HOME record} records forty,
 * {@code HOME fill} does all of it on a disk of its own, which it fills between recording and merging.
 */
final class FullDiskProcess {
    private static final int RECORDED = 40;
    private static final int MERGED = 6_000;

    private FullDiskProcess() {}

    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            if (arguments[1].equals("fill")) {
                fill(home, usage);
            } else if (arguments[1].equals("record")) {
                // A file takes two or three of these: then another one is begun.
                for (int i = 0; i < RECORDED; i++) {
                    usage.record(Runs.full(Instant.now()));
                }
                System.out.println("recorded " + RECORDED);
            } else {
                System.out.println("runs " + count(usage));
            }
        } catch (BearException e) {
            System.out.println(e.getMessage());
        }
    }

    private static long count(Usage usage) {
        return usage.ask(database -> database.first(
                        "select count(*) as n from runs", row -> row.whole("n").orElseThrow())
                .orElseThrow());
    }

    private static void fill(Path home, Usage usage) throws IOException {
        usage.record(Runs.full(Instant.now()));
        System.out.println("runs " + count(usage));
        for (int i = 0; i < MERGED; i++) {
            usage.record(Runs.full(Instant.now()));
        }
        Path filler = home.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[1 << 16];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            System.out.println("filled");
        }
        try {
            System.out.println("runs " + count(usage));
        } catch (BearException e) {
            System.out.println(e.getMessage());
        }
        // Nothing throws though nothing can be written: it is kept for later.
        usage.record(Runs.full(Instant.now()));
        Files.delete(filler);
        usage.record(Runs.full(Instant.now()));
        System.out.println("then runs " + count(usage));
    }
}
