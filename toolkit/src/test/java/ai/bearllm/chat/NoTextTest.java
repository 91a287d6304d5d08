package ai.bearllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.bench.BenchLog;
import ai.bearllm.bench.KeptPlan;
import ai.bearllm.bench.KeptSample;
import ai.bearllm.model.RunRecord;
import ai.bearllm.run.ModelSession;
import ai.bearllm.store.Store;
import ai.bearllm.usage.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of prompts and answers are in conversations alone: not in statistics, samples, journals or exports. */
class NoTextTest {
    private static final String SECRET = "Xylophonquartett";

    @TempDir
    Path folder;

    private final List<RunRecord> records = new ArrayList<>();

    @Test
    void noFileOfTheStatisticsHoldsAnyOfIt() throws Exception {
        Path home = folder.resolve("home");
        speakOfIt();
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home);
                BenchLog log = new BenchLog(store, home, Clock.systemUTC())) {
            record(usage, log);
            assertThat(holders(home)).as("journals").isEmpty();
            assertThat(usage.view().list()).hasSameSizeAs(records);
            export(usage);
            assertThat(textColumns(store)).isEmpty();
        }
        assertThat(holders(folder)).isEmpty();
    }

    @Test
    void noTableButThoseOfConversationsHoldsAnyOfIt() throws Exception {
        Path home = folder.resolve("home");
        speakOfIt();
        try (Store store = Store.at(home);
                Usage usage = new Usage(store, home);
                BenchLog log = new BenchLog(store, home, Clock.systemUTC());
                Conversations conversations = new Conversations(store, home, Clock.systemUTC())) {
            Conversation kept =
                    conversations.begin(SECRET, Optional.empty(), Optional.empty(), Optional.of(SECRET), Map.of());
            conversations.add(kept, Optional.empty(), Turn.Role.USER, SECRET, OptionalInt.empty());
            assertThat(conversations.search(SECRET)).hasSize(1);
            record(usage, log);
            export(usage);

            assertThat(textColumns(store))
                    .containsExactlyInAnyOrder(
                            "conversations.title", "conversations.system", "conversation_messages.text");
        }
        assertThat(holders(folder.resolve("exports"))).isEmpty();
    }

    private void speakOfIt() {
        Scripted scripted = new Scripted();
        scripted.says = Optional.of("Indeed, the " + SECRET + " plays.");
        try (Chat chat = ChatBuilder.of(scripted, Seen::new)
                .system("Speak of the " + SECRET)
                .open()) {
            assertThat(chat.ask("Who is the " + SECRET + "?").text()).contains(SECRET);
            scripted.before = () -> {
                throw new IllegalStateException("failed at " + SECRET);
            };
            assertThatThrownBy(() -> chat.ask("And the " + SECRET + "?")).isInstanceOf(IllegalStateException.class);
        }
        scripted.before = () -> {};
        try (ModelSession session = scripted.open("", "", ai.bearllm.engine.LoadOptions.DEFAULT)) {
            session.generate("The " + SECRET + " went");
        }
        records.addAll(scripted.records);
        assertThat(records).hasSize(3);
    }

    private void record(Usage usage, BenchLog log) {
        KeptPlan plan = log.begin("mine", "{}", Optional.empty(), Optional.empty());
        for (RunRecord run : records) {
            usage.record(run);
            log.add(new KeptSample(
                    UUID.randomUUID(),
                    plan.id(),
                    1,
                    1,
                    "fake",
                    Map.of(),
                    run.when(),
                    List.of(1.5),
                    KeptSample.Conditions.UNKNOWN,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(run)));
        }
        assertThat(log.samples(plan.id())).hasSameSizeAs(records);
    }

    private void export(Usage usage) {
        for (String name : new String[] {"u.csv", "u.json", "u.jsonl", "u.parquet", "lab"}) {
            usage.view().export(folder.resolve("exports").resolve(name));
        }
    }

    /** Every column of every table and view, asked for the text: DuckDB may have compressed what a search of the file would find. */
    private static List<String> textColumns(Store store) {
        return store.write(Usage.schema(), database -> {
            List<List<String>> columns = database.query(
                    "select c.table_name as t, c.column_name as c from duckdb_columns() c join duckdb_tables() using (table_name)"
                            + " where not c.internal order by all",
                    row -> List.of(
                            row.string("t").orElseThrow(), row.string("c").orElseThrow()));
            List<String> found = new ArrayList<>();
            for (List<String> column : columns) {
                String holding = "select 1 from " + column.get(0) + " where contains(\"" + column.get(1)
                        + "\"::varchar, '" + SECRET + "') limit 1";
                if (!database.query(holding, row -> true).isEmpty()) {
                    found.add(column.get(0) + "." + column.get(1));
                }
            }
            return found;
        });
    }

    private static List<Path> holders(Path root) throws IOException {
        List<Path> holders = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                boolean small = Files.size(file) < 50_000_000;
                if (small && Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET)) {
                    holders.add(file);
                }
            }
        }
        return holders;
    }
}
