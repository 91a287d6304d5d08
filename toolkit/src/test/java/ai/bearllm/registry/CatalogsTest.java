package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogsTest {
    private static final String ENTRY = """
            {"version":1,"models":[{"id":"me/NAME:Q8_0","description":"Mine.","parameters":1000,"quantization":"Q8_0",
             "contextTokens":512,"chat":{"kind":"base"},"license":{"id":"MIT","url":"https://spdx.org/licenses/MIT.html"},
             "file":{"name":"mine.gguf","origin":"hf:me/mine@abcdef1/mine.gguf"}}]}
            """;

    @TempDir
    Path folder;

    private Path own() {
        return folder.resolve("registry.json");
    }

    private void write(String name, Instant when) throws IOException {
        Files.writeString(own(), ENTRY.replace("NAME", name));
        Files.setLastModifiedTime(own(), FileTime.from(when));
    }

    @Test
    void whatDidNotChangeIsReadOnce() throws IOException {
        Catalogs catalogs = new Catalogs(own(), Clock.systemUTC());
        assertThat(catalogs.now()).isSameAs(catalogs.now());
        write("one", Instant.now().minusSeconds(60));
        Catalog first = catalogs.now();
        assertThat(first.find("one").id().base()).isEqualTo("me/one");
        assertThat(catalogs.now()).isSameAs(first);
    }

    @Test
    void whatChangesIsSeenAtOnceAlsoWithinOneTickOfTheClock() throws IOException {
        Catalogs catalogs = new Catalogs(own(), Clock.systemUTC());
        assertThat(catalogs.now().cards()).hasSize(7);
        Instant now = Instant.now();
        for (String name : new String[] {"aaa", "bbb", "ccc"}) {
            write(name, now);
            assertThat(catalogs.now().find(name).id().base()).isEqualTo("me/" + name);
        }
        Files.delete(own());
        assertThat(catalogs.now().cards()).hasSize(7);
    }

    @Test
    void aFaultIsSaidEachTimeAndMendedByMending() throws IOException {
        Catalogs catalogs = new Catalogs(own(), Clock.systemUTC());
        Files.writeString(own(), "{");
        Files.setLastModifiedTime(own(), FileTime.from(Instant.now().minusSeconds(60)));
        assertThatThrownBy(catalogs::now).isInstanceOf(CatalogException.class);
        assertThatThrownBy(catalogs::now).isInstanceOf(CatalogException.class);
        write("one", Instant.now());
        assertThat(catalogs.now().cards()).hasSize(8);
    }
}
