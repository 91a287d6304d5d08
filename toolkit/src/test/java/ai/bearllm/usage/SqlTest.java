package ai.bearllm.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.Sha256;
import ai.bearllm.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions in a user's own SQL. */
class SqlTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final LibraryModel MODEL = new LibraryModel(
            ModelId.parse("a/b"),
            "B \"the\" model",
            Optional.of("llama"),
            OptionalLong.of(1_100_048_384L),
            Optional.of("Q4_K_M"),
            OptionalInt.of(2048),
            Optional.of("apache-2.0"),
            List.of("chat", "it's small"),
            LibraryModel.Status.DOWNLOADED,
            Optional.of("/home/me/models/b.gguf"),
            OptionalLong.of(668_788_096L),
            OptionalLong.of(668_788_096L),
            Optional.of(new Sha256("ab".repeat(32))),
            true,
            Map.of("source", "hub"));

    @TempDir
    Path home;

    private Store store;
    private Usage usage;

    @BeforeEach
    void open() {
        store = Store.at(home);
        usage = new Usage(store, home, () -> List.of(MODEL));
    }

    @AfterEach
    void close() {
        usage.close();
        store.close();
    }

    @Test
    void readsTheDocumentedViews() {
        usage.record(QuestionsTest.run("a/b", NOON, 10, 100));
        usage.record(Runs.failed("a/b", "e", NOON.plusSeconds(1)));

        SqlResult models =
                usage.view().sql("select model, runs, failures, decode_tokens_per_second from usage_by_model");
        assertThat(models.columns()).containsExactly("model", "runs", "failures", "decode_tokens_per_second");
        assertThat(models.types()).containsExactly("VARCHAR", "BIGINT", "BIGINT", "DOUBLE");
        assertThat(models.list()).containsExactly(List.of("a/b", 2L, 1L, 10.0));
        assertThat(models.table().doubleColumn("decode_tokens_per_second").get(0))
                .isEqualTo(10.0);
        assertThat(models.toString()).isEqualTo("query: 1 row of model, runs, failures, decode_tokens_per_second");

        for (String view :
                List.of("usage_runs", "usage_by_engine", "usage_by_day", "usage_memory", "usage_models", "runs")) {
            assertThat(usage.view().sql("select * from " + view).sheet().text()).startsWith("Query: ");
        }
        assertThat(usage.view()
                        .sql("select day, failed from usage_runs order by failed")
                        .list()
                        .get(0))
                .containsExactly(java.time.LocalDate.parse("2026-11-23"), false);
    }

    @Test
    void joinsTheLibrarysModels() {
        usage.record(Runs.bare("a/b", "e", NOON));

        assertThat(usage.view()
                        .sql("select name, status, runs, tags[2], metadata['source'] from usage_models")
                        .list())
                .containsExactly(List.of("B \"the\" model", "DOWNLOADED", 1L, "it's small", "hub"));
        assertThat(usage.<List<LibraryModel>>ask(ModelsTable::all)).containsExactly(MODEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from runs",
                "insert into runs select * from runs",
                "update runs set model = 'x'",
                "drop view usage_runs",
                "create table x as select 1",
                "copy runs to 'out.csv'",
                "copy (select 1) to '/dev/null'",
                "select * from read_text('/etc/hostname')",
                "select * from read_csv('/etc/passwd')",
                "select * from glob('/etc/*')",
                "select * from '/etc/passwd'",
                "attach 'other.duckdb'",
                "attach ':memory:' as more",
                "set enable_external_access = true",
                "set allowed_directories = ['/']",
                "set lock_configuration = false",
                "reset enable_external_access",
                "pragma enable_external_access = true",
                "install httpfs",
                "load httpfs",
                "load '/tmp/x.duckdb_extension'",
                "export database '/tmp/x'",
                "import database '/tmp/x'",
                "select 1; delete from runs",
                "begin; commit; delete from runs",
                "select from where",
                "select * from nothing",
                "call pragma_version(); delete from runs",
                "select getenv('HOME')",
                "select * from read_blob('/etc/passwd')",
                "select * from read_json('/etc/passwd')",
                "select * from read_ndjson_objects('/etc/passwd')",
                "select * from read_parquet('/tmp/x.parquet')",
                "select * from parquet_metadata('/tmp/x.parquet')",
                "select * from sniff_csv('/etc/passwd')",
                "select * from query('select * from read_csv(''/etc/passwd'')')",
                "select * from query_table('/etc/passwd')",
                "select * from 'https://example.org/x.parquet'",
                "select * from read_csv('s3://bucket/x.csv')",
                "summarize '/etc/passwd'",
                "describe select * from '/etc/passwd'",
                "copy (select 1) to '/dev/stdout' (format csv)",
                "create temp table x as select 1",
                "create secret (type s3, key_id 'x', secret 'y')",
                "create or replace macro usage_runs() as table select 1",
                "create function f(x) as x",
                "set variable x = 1",
                "set temp_directory = '/tmp/x'",
                "set memory_limit = '100GB'",
                "set threads = 64",
                "pragma threads = 64",
                "pragma enable_profiling = 'json'",
                "pragma profiling_output = '/tmp/x'",
                "set profiling_output = '/tmp/x'",
                "set home_directory = '/tmp'",
                "set log_query_path = '/tmp/x'",
                "pragma log_query_path = '/tmp/x'",
                "call enable_logging(storage = 'file', storage_path = '/tmp/x')",
                "vacuum",
                "update extensions",
                "detach bear_llm",
                "use memory",
                "prepare p as select * from read_csv(?)",
                "begin transaction; update runs set model = 'x'; commit",
            })
    void refusesWhatIsNoQuestion(String sql) {
        usage.record(Runs.bare("a/b", "e", NOON));

        assertThatThrownBy(() -> usage.view().sql(sql)).isInstanceOf(BearException.class);

        assertThat(usage.view().list()).hasSize(1);
        assertThat(usage.view().sql("select count(*) from runs").list()).containsExactly(List.of(1L));
    }

    @Test
    void readsNoMoreRowsThanItSays() {
        SqlResult many = usage.view().sql("select range from range(100000000000)");

        assertThat(many.isCut()).isTrue();
        assertThat(many.list()).hasSize(100_000);
        assertThat(many.sheet().rows()).hasSize(100);
        assertThat(many.sheet().notes()).hasSize(2);
    }

    @Test
    void showsEveryTypeInATableWithoutLoss() throws Exception {
        SqlResult all = usage.view().sql("""
                select 170141183460469231731687303715884105727::hugeint as h, 1.123456789012345678::decimal(20,18) as exact,
                    0.1::decimal(4,2) as d, 0.1::float as f, now() as t, uuid() as u, [1, 2] as l, {'a': 1} as s,
                    map {'a': 1} as m, 'x'::enum('x') as e, interval 3 days as i, '\\xAA'::blob as b, null::date as missing,
                    (-2147483648)::integer as least, (-9223372036854775808)::bigint as lowest, date '2026-11-23' as day,
                    timestamp '2026-03-29 02:30:00' as gap, [timestamp '2026-03-29 02:30:00'] as gaps, true as yes,
                    date 'infinity' as never, 1::utinyint as small, time '12:00:00' as noon, null as nothing,
                    18446744073709551615::ubigint as large, 5::hugeint as five
                """);
        var table = all.table();

        assertThat(table.stringColumn("h").get(0)).isEqualTo("170141183460469231731687303715884105727");
        assertThat(table.stringColumn("exact").get(0)).isEqualTo("1.123456789012345678");
        assertThat(table.doubleColumn("d").get(0)).isEqualTo(0.1);
        assertThat(table.floatColumn("f").get(0)).isEqualTo(0.1f);
        assertThat(table.instantColumn("t").get(0)).isNotNull();
        assertThat(table.stringColumn("l").get(0)).isEqualTo("[1, 2]");
        assertThat(table.stringColumn("s").get(0)).isEqualTo("{a=1}");
        assertThat(table.stringColumn("i").get(0)).isEqualTo("3 days");
        assertThat(table.stringColumn("b").get(0)).isEqualTo("0xaa");
        assertThat(table.dateColumn("missing").isMissing(0)).isTrue();
        assertThat(table.longColumn("least").get(0)).isEqualTo(-2147483648L);
        assertThat(table.stringColumn("lowest").get(0)).isEqualTo("-9223372036854775808");
        assertThat(table.dateColumn("day").get(0)).isEqualTo("2026-11-23");
        assertThat(table.dateTimeColumn("gap").get(0)).isEqualTo("2026-03-29T02:30");
        assertThat(table.stringColumn("gaps").get(0)).contains("02:30:00");
        assertThat(table.booleanColumn("yes").get(0)).isTrue();
        assertThat(table.stringColumn("never").get(0)).isEqualTo("infinity");
        assertThat(table.intColumn("small").get(0)).isEqualTo(1);
        assertThat(table.timeColumn("noon").get(0)).isEqualTo("12:00");
        assertThat(table.stringColumn("large").get(0)).isEqualTo("18446744073709551615");
        assertThat(table.longColumn("five").get(0)).isEqualTo(5);
        assertThat(table.column("nothing").isMissing(0)).isTrue();
        assertThat(all.sheet().text()).contains("0xaa");
    }

    @Test
    void namesATimeThatJavaDoesNotHave() {
        assertThatThrownBy(() -> usage.view().sql("select time '24:00:00' as late"))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("The column late (TIME) holds a time that Java does not have")
                .hasMessageContaining("\"late\"::varchar");
    }

    @Test
    void leavesNoFileBehind() throws Exception {
        usage.view().sql("select 1");
        close();
        try (var files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .isSubsetOf("bear_llm.duckdb", "bear_llm.duckdb.lock", "natives");
        }
        open();
    }
}
