package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import ai.bearllm.store.StoreSettings;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Another process for tests: records runs, writes each run's id to a log of its own once recording has returned, and merges often. */
final class RecordingProcess {
    private RecordingProcess() {}

    /** {@code HOME LOG ROWS ROWS_A_MERGE} */
    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(arguments[0]);
        int rows = Integer.parseInt(arguments[2]);
        int perMerge = Integer.parseInt(arguments[3]);
        // Patient, because a busy machine makes many processes wait for long.
        try (Store store = Store.at(home, StoreSettings.DEFAULT.patience(Duration.ofMinutes(10)));
                Usage usage = new Usage(store, home);
                FileOutputStream log = new FileOutputStream(arguments[1])) {
            for (int i = 1; i <= rows; i++) {
                RunRecord run = Runs.full(Instant.now());
                usage.record(run);
                log.write((run.id() + "\n").getBytes(StandardCharsets.US_ASCII));
                if (i % perMerge == 0) {
                    usage.view().newest(1).list();
                }
            }
        }
    }
}
