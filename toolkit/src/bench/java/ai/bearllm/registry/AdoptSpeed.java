package ai.bearllm.registry;

import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.stores.ForeignStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;

/**
 * How long it takes to adopt many files whose content is remembered: the bar is 200 in a second.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.registry.AdoptSpeed -Dbench.args="FILES ROUNDS"}, with 200 files and 5 rounds
 * where nothing is said. The first round warms Java up. Each round has a home and files of its own, and prints how long looking,
 * the first check of each file, and adopting took; files are small, because remembered ones are not read.
 */
final class AdoptSpeed {
    private AdoptSpeed() {}

    public static void main(String[] arguments) throws IOException {
        int files = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        System.out.println("round\tlook_ms\tcheck_ms\tadopt_ms\tadopted");
        for (int round = 0; round < rounds; round++) {
            Path folder = Files.createTempDirectory("bear-bench");
            try {
                round(round, files, folder);
            } finally {
                Folders.delete(folder);
            }
        }
    }

    private static void round(int round, int files, Path folder) throws IOException {
        Path models = Files.createDirectories(folder.resolve("models"));
        for (int i = 0; i < files; i++) {
            Path file = GgufBuilder.model().text("general.name", "Model " + i).write(models.resolve(i + ".gguf"));
            Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
        }
        Registry registry = new Registry(
                Home.at(folder.resolve("home")),
                () -> {
                    throw new IllegalStateException("nothing is downloaded");
                },
                () -> {
                    throw new IllegalStateException("nobody is asked");
                },
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
        Adoptable adoptable = registry.adoptable(ForeignStores.none()).in(models.toString());
        long begin = System.nanoTime();
        adoptable.list();
        long looked = System.nanoTime();
        adoptable.identify();
        long checked = System.nanoTime();
        Adopted adopted = adoptable.confirm();
        long end = System.nanoTime();
        System.out.println(round + "\t" + (looked - begin) / 1_000_000 + "\t" + (checked - looked) / 1_000_000 + "\t"
                + (end - checked) / 1_000_000 + "\t" + adopted.models().size());
    }
}
