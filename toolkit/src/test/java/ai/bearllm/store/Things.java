package ai.bearllm.store;

import java.util.List;

/** A small schema for tests. */
final class Things {
    static final Schema SCHEMA = new Schema("things", List.of("create table things (n bigint, text varchar)"));

    private Things() {}

    static long count(Database database) {
        return database.first(
                        "select count(*) as c from things",
                        row -> row.whole("c").orElseThrow())
                .orElseThrow();
    }
}
