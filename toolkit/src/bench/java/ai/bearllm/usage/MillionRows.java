package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import ai.bearllm.store.StoreSettings;
import ai.bearllm.table.Tables;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the usage statistics cost: recording, merging, the questions over a million rows, rendering, the file's size, the export,
 * and the first lease beside DuckDB's own first opening.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.usage.MillionRows -Dbench.args="ROWS ROUNDS"}, with a million rows and seven
 * rounds where nothing is said; {@code 10000000} shows the export of ten million on this JVM's heap. It prints one line of CSV a
 * figure: what, median, lowest, unit, the bar where there is one. Wall time and, where it is told, the processor's time of this
 * process, which other programs on the machine do not stretch.
 */
final class MillionRows {
    private static final String ROWS_SQL = """
            insert into runs by name
            select uuid() as id,
                timestamptz '2025-05-01 00:00:00+00' + to_microseconds(i * (49000000000000::bigint // %1$d) + (r1 * 3e7)::bigint)
                    as started_at,
                case when i %% 20 = 0 then 'LOAD' when i %% 3 = 0 then 'SAMPLE' else 'ANSWER' end as kind,
                'notebook-' || (i %% 7) || '.ipynb' as notebook,
                'provider/model-' || m || ':Q4_K_M@0123456789abcdef0123456789abcdef01234567' as model,
                'Q4_K_M' as quantization, sha256('m' || m) as sha256,
                case when m %% 3 = 0 then 'djl' else 'llama.cpp' end as engine, 'java-llama.cpp 4.2.0 (b4916)' as engine_build,
                map {'context': '2048', 'threads': '8', 'batch': '512', 'temperature': round(r2, 1)::varchar, 'top_k': '40',
                    'top_p': '0.95', 'min_p': '0.05', 'seed': (i * 7919)::varchar, 'mlock': 'false'} as parameters,
                (r2 * 1500)::integer as prompt_tokens, (r3 * 2000)::integer as generated_tokens,
                (r2 * 500)::integer as cached_tokens, 0 as truncated_tokens,
                case when i %% 20 = 0 then round(r1 * 900, 6) end as load_ms, round(r1 * 500, 6) as first_token_ms,
                round(r2 * 800, 6) as prompt_ms, round(r3 * 20000, 6) as decode_ms, round(r3 * 20000 + r2 * 800, 6) as total_ms,
                (1e9 + r1 * 7e9)::bigint as anonymous_bytes, (r2 * 4e9)::bigint as file_mapped_bytes, 0 as gpu_layers,
                round(r3 * 100, 6) as energy_joules, 'RAPL package' as energy_source, 'MAX_TOKENS' as finish_reason,
                case when i %% 97 = 0 then 'WorkerDiedException' end as error_class,
                case when i %% 20 > 0 then 100 + 40 * r1 end as prompt_tokens_per_second,
                case when i %% 20 > 0 then 20 + 5 * r2 end as decode_tokens_per_second
            from (select i, random() as r1, random() as r2, random() as r3, (random() * 12)::integer as m from range(%1$d) t(i))
            """;

    private final Path home;
    private final int rounds;
    private final Usage usage;

    private MillionRows(Path home, int rounds, Usage usage) {
        this.home = home;
        this.rounds = rounds;
        this.usage = usage;
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        long rows = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        Path home = Files.createTempDirectory("bear-usage-bench");
        System.out.println("what,median_ms,lowest_ms,median_cpu_ms,bar");
        try {
            firstOpenings(home);
            try (Store store = Store.at(home.resolve("home"), StoreSettings.DEFAULT.keepOpen(Duration.ofSeconds(5)));
                    Usage usage = new Usage(store, home.resolve("home"))) {
                new MillionRows(home, rounds, usage).run(rows);
            }
        } finally {
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        System.out.println("# processors: " + Runtime.getRuntime().availableProcessors() + ", load average at the end: "
                + ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** In this JVM whichever comes first also loads the library: the store's lease first, so that the comparison is strict. */
    private static void firstOpenings(Path home) throws SQLException {
        long start = System.nanoTime();
        try (Store store = Store.at(home.resolve("first"))) {
            store.write(Usage.schema(), database -> 0);
        }
        line("first lease of a JVM, with migrations and extracting the library", start, "");
        start = System.nanoTime();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + home.resolve("own.duckdb"))) {
            connection.createStatement().execute("create table t (a integer)");
        }
        line("DuckDB's own first open, extracting its library again", start, "");
    }

    private static void line(String what, long start, String bar) {
        System.out.printf(Locale.ROOT, "\"%s\",%.1f,,,%s%n", what, (System.nanoTime() - start) / 1e6, bar);
    }

    private void run(long rows) throws IOException {
        recording();
        merging(100_000);
        usage.ask(database -> database.update("delete from runs"));
        long start = System.nanoTime();
        usage.ask(database -> database.update(ROWS_SQL.formatted(rows)));
        line("making " + rows + " rows", start, "");
        UsageView view = usage.view();
        time("list of the newest", "200", view::list);
        time("by model", "200", () -> view.byModel().list());
        time("by engine", "200", () -> view.byEngine().list());
        time("by notebook", "200", () -> view.byNotebook().list());
        time("by day", "200", () -> view.byDay().list());
        time("slowest", "200", () -> view.slowest().list());
        time("failures", "200", () -> view.failures().list());
        time("last use", "200", () -> view.lastUse().list());
        time("rates with drift", "200", () -> view.rates().drifts());
        time("memory", "200", () -> view.memory().list());
        time("of one model by day", "200", () -> view.model("model-3").byDay().list());
        time("SQL on a view", "", () -> view.sql("select * from usage_by_model"));
        time("usage() rendered, table and chart", "300", () -> {
            String html = Tables.html(view.sheet());
            return view.figure().orElseThrow().html() + html;
        });
        export("folder", home.resolve("lab"));
        export("Parquet", home.resolve("usage.parquet"));
        export("CSV", home.resolve("usage.csv"));
    }

    private void export(String what, Path path) {
        long start = System.nanoTime();
        Exported exported = usage.view().export(path);
        line("export of " + exported.runs() + " rows: " + what + ", " + exported.size(), start, "");
    }

    private void recording() {
        RunRecord run = Runs.full(Instant.now());
        double[] wall = new double[2_000];
        for (int i = 0; i < wall.length; i++) {
            RunRecord next = Runs.again(run);
            long start = System.nanoTime();
            usage.record(next);
            wall[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(wall);
        System.out.printf(
                Locale.ROOT,
                "recording one run: median; 99 in 100; most,%.3f,%.3f,%.3f,1%n",
                wall[wall.length / 2],
                wall[wall.length * 99 / 100],
                wall[wall.length - 1]);
    }

    private void merging(int rows) throws IOException {
        RunRecord run = Runs.full(Instant.now());
        for (int i = 0; i < rows; i++) {
            usage.record(Runs.again(run));
        }
        long cpu = cpu();
        long start = System.nanoTime();
        usage.ask(database -> 0);
        line("merging " + rows + " rows (processor: " + (cpu() - cpu) / 1_000_000 + " ms)", start, "5000");
    }

    private interface Question {
        Object ask();
    }

    private void time(String what, String bar, Question question) {
        question.ask();
        double[] wall = new double[rounds];
        double[] processor = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            long cpu = cpu();
            long start = System.nanoTime();
            if (question.ask() == null) {
                throw new IllegalStateException(what);
            }
            wall[i] = (System.nanoTime() - start) / 1e6;
            processor[i] = (cpu() - cpu) / 1e6;
        }
        Arrays.sort(wall);
        Arrays.sort(processor);
        System.out.printf(
                Locale.ROOT, "%s,%.1f,%.1f,%.1f,%s%n", what, wall[rounds / 2], wall[0], processor[rounds / 2], bar);
        if (what.startsWith("usage()")) {
            size();
        }
    }

    private void size() {
        usage.close();
        Path file = home.resolve("home/bear_llm.duckdb");
        usage.recovery();
        System.out.printf(
                Locale.ROOT, "\"file, in MB\",%.1f,,,150%n", file.toFile().length() / 1e6);
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
