package ai.bearllm.usage;

import ai.bearllm.model.BearException;
import ai.bearllm.store.Store;
import java.nio.file.Path;
import java.time.Instant;

/** Another process for tests, which has little room: {@code HOME merge} counts the runs, {@code HOME record} records forty. */
final class FullDiskProcess {
    private static final int RECORDED = 40;

    private FullDiskProcess() {}

    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home)) {
            if (arguments[1].equals("record")) {
                // A file takes two or three of these: then another one is begun.
                for (int i = 0; i < RECORDED; i++) {
                    usage.record(Runs.full(Instant.now()));
                }
                System.out.println("recorded " + RECORDED);
            } else {
                long runs = usage.ask(database -> database.first(
                                "select count(*) as n from runs",
                                row -> row.whole("n").orElseThrow())
                        .orElseThrow());
                System.out.println("runs " + runs);
            }
        } catch (BearException e) {
            System.out.println(e.getMessage());
        }
    }
}
