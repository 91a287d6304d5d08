package ai.bearllm.usage;

import ai.bearllm.store.Store;
import java.nio.file.Path;

/** Another process for tests: {@code FOLDER ROWS} makes so many runs and exports them. */
final class ExportProcess {
    private ExportProcess() {}

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        try (Store store = Store.at(folder.resolve("home"));
                Usage usage = new Usage(store, folder.resolve("home"))) {
            usage.ask(database -> database.update("""
                    insert into runs by name
                    select uuid() as id, timestamptz '2026-01-01 00:00:00+00' + to_seconds(i %% 20000000) as started_at,
                        'ANSWER' as kind, 'provider/model-' || (i %% 3) as model, 'llama.cpp' as engine, '1' as engine_build,
                        map {'context': '2048', 'seed': i::varchar} as parameters, (i %% 2048)::integer as prompt_tokens,
                        20 + (i %% 97) / 10 as decode_tokens_per_second
                    from range(%s) t(i)
                    """.formatted(arguments[1])));
            for (String name : new String[] {"lab", "usage.parquet", "usage.jsonl"}) {
                System.out.println(usage.view().export(folder.resolve(name)));
            }
        }
    }
}
