package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.download.Downloader;
import ai.bearllm.download.Repair;
import ai.bearllm.gguf.GgufSplitter;
import ai.bearllm.hub.Http;
import ai.bearllm.hub.HttpSettings;
import ai.bearllm.hub.Hub;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.hub.testhub.TestRepository;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import ai.bearllm.signature.Signing;
import ai.bearllm.signature.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of several parts: mended, adopted and forgotten as one, each part watched by itself. */
class SplitModelsTest {
    private static final int PARTS = 3;

    @TempDir
    Path folder;

    private final List<ModelId> ended = new ArrayList<>();
    private TestHub hub;
    private TestRepository tales;
    private Home home;
    private Registry registry;
    private List<byte[]> parts;

    @BeforeEach
    void open() throws IOException {
        Path whole = folder.resolve("whole.gguf");
        try (InputStream in = SplitModelsTest.class.getResourceAsStream("/ai/bearllm/data/bear-tiny/bear-tiny.gguf")) {
            Files.copy(in, whole);
        }
        parts = GgufSplitter.split(whole, PARTS);
        hub = TestHub.start();
        tales = hub.repository("stories/Tale-GGUF");
        for (int i = 0; i < PARTS; i++) {
            tales.large(name(i), parts.get(i));
        }
        home = Home.at(folder.resolve("home"));
        Http http = Http.of(HttpSettings.of("bear-test", hub.environment()));
        registry = new Registry(
                home,
                () -> Downloader.of(http, home.downloads()),
                () -> Hub.of(http, hub.environment()),
                () -> event -> {},
                new Uses(),
                Clock.systemUTC());
    }

    /** Notes what is asked to end. */
    private final class Uses implements ModelUses {
        @Override
        public Optional<Instant> lastUse(ModelId model) {
            return Optional.empty();
        }

        @Override
        public OptionalInt conversations(ModelId model) {
            return OptionalInt.empty();
        }

        @Override
        public void end(ModelId model) {
            ended.add(model);
        }
    }

    @AfterEach
    void close() {
        hub.close();
    }

    private static String name(int part) {
        return GgufSplitter.name("Tale-Q6_K", part, PARTS);
    }

    private Model added() {
        return registry.repository("stories/Tale-GGUF").file("Q6_K").add();
    }

    private void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 40] ^= 1;
        Files.write(file, bytes);
    }

    @Nested
    class Mending {
        private Model model;

        @BeforeEach
        void download() {
            model = added().download();
        }

        private Path part(int number) {
            return home.models().resolve("stories/Tale").resolve(name(number));
        }

        @Test
        void fetchesTheDamagedPieceOfALaterPartAlone() throws IOException {
            damage(part(1));
            assertThatThrownBy(() -> model.activate())
                    .hasMessageContaining("is not used")
                    .hasMessageContaining("repair()");
            assertThat(part(1)).exists();
            int asked = hub.storageRequests().size();

            Repair repair = model.repair();

            assertThat(repair.damaged()).containsExactly(1);
            assertThat(repair.pieces()).isEqualTo(PARTS);
            assertThat(repair.fetchedBytes()).isEqualTo(parts.get(1).length);
            assertThat(repair.evidence()).isPresent();
            assertThat(hub.storageRequests()).hasSize(asked + 1);
            assertThat(part(1)).hasBinaryContent(parts.get(1));
            assertThat(model.activate().isActive()).isTrue();
        }

        @Test
        void mendsATruncatedPartAndAnotherOneTogether() throws IOException {
            Files.write(part(1), Arrays.copyOf(parts.get(1), 1000));
            damage(part(2));
            assertThat(model.problem().orElseThrow()).contains(name(1), "1000 bytes");
            assertThatThrownBy(model::file).hasMessageContaining("repair()");

            Repair repair = model.repair();

            assertThat(repair.damaged()).containsExactly(1, 2);
            assertThat(repair.evidence().orElseThrow()).isDirectory();
            assertThat(model.state()).isEqualTo(ModelState.DOWNLOADED);
            for (int i = 0; i < PARTS; i++) {
                assertThat(part(i)).hasBinaryContent(parts.get(i));
            }
        }

        @Test
        void endsWhatHasTheModelLoadedBeforeItWritesToItsFiles() throws IOException {
            damage(part(1));
            model.repair();
            assertThat(ended).containsExactly(model.id());
        }

        @Test
        void endsWhatHasTheModelLoadedBeforeAPartIsReplaced() throws IOException {
            damage(part(1));
            assertThat(model.validate().ok()).isFalse();
            model.download();
            assertThat(ended).containsExactly(model.id());
            assertThat(part(1)).hasBinaryContent(parts.get(1));
            // The parts that were not fetched again can still be mended piece by piece.
            damage(part(2));
            assertThat(model.repair().damaged()).containsExactly(2);
        }

        @Test
        void sendsToTheDownloadWhereAPartIsMissing() throws IOException {
            Files.delete(part(1));
            assertThatThrownBy(model::file).hasMessageContaining("download()");
            assertThatThrownBy(model::repair)
                    .hasMessageContaining(name(1))
                    .hasMessageContaining("fetches only what is missing");
            assertThat(model.download().isDownloaded()).isTrue();
        }

        @Test
        void leavesAFileAloneThatTheSourceNoLongerHas() throws IOException {
            damage(part(1));
            byte[] damaged = Files.readAllBytes(part(1));
            byte[] other = parts.get(1).clone();
            other[other.length - 50] ^= 1;
            tales.large(name(1), other);
            assertThatThrownBy(model::repair).isInstanceOf(BearException.class);
            assertThat(part(1)).hasBinaryContent(damaged);
            assertThat(model.validate().ok()).isFalse();
        }
    }

    @Test
    void everyPartIsSignedWhereSignaturesCount() throws IOException {
        SigningKey key = SigningKey.generate();
        for (int i = 0; i < PARTS; i++) {
            Path published = Files.write(folder.resolve(name(i)), parts.get(i));
            Path signature = SignatureGate.beside(published);
            Signing.of(published, key).to(signature).sign();
            tales.small(name(i) + ".sig", Files.readString(signature));
        }
        registry.signatures().trustKey("publisher", key.publicPem()).unsigned("refuse");
        Model model = added().download();
        assertThat(model.activate().isActive()).isTrue();
        assertThat(registry.disk().items()).noneMatch(item -> item.kind() == DiskUse.Kind.ORPHAN);
    }

    @Nested
    class Adopted {
        private Path elsewhere;
        private Model model;

        @BeforeEach
        void adopt() throws IOException {
            elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
            for (int i = 0; i < PARTS; i++) {
                Files.write(elsewhere.resolve(name(i)), parts.get(i));
            }
            // Any of the parts names the model.
            model = registry.add(elsewhere.resolve(name(1)));
        }

        @Test
        void areUsedWhereTheyLieAndCostNothing() throws IOException {
            assertThat(model.file()).isEqualTo(elsewhere.toRealPath().resolve(name(0)));
            assertThat(model.verifiedFile()).isEqualTo(model.file());
            assertThat(model.removal().size().orElseThrow().bytes())
                    .isEqualTo(parts.stream().mapToLong(part -> part.length).sum());
            assertThat(registry.disk().items()).singleElement().satisfies(item -> {
                assertThat(item.kind()).isEqualTo(DiskUse.Kind.MODEL);
                assertThat(item.size().bytes()).isZero();
            });
        }

        @Test
        void sayThatALaterPartVanished() throws IOException {
            Files.delete(elsewhere.resolve(name(1)));
            assertThat(model.state()).isEqualTo(ModelState.FAILED);
            assertThat(model.problem().orElseThrow()).contains(name(1), "missing");
            assertThatThrownBy(model::verifiedFile).isInstanceOf(BearException.class);
        }

        @Test
        void sayThatALaterPartWasWrittenToAndUseItOnlyAfterAnotherCheck() throws IOException {
            Path second = elsewhere.resolve(name(1));
            Files.setLastModifiedTime(second, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
            assertThat(model.state()).isEqualTo(ModelState.FAILED);
            assertThat(model.problem().orElseThrow()).contains(name(1), "was written to");
            assertThat(model.activate().isActive()).isTrue();

            damage(second);
            assertThatThrownBy(model::verifiedFile).hasMessageContaining("It was adopted, so it stays");
            assertThat(second).exists();
            assertThatThrownBy(model::repair).hasMessageContaining("adopted");
        }

        @Test
        void sayThatALaterPartIsLonger() throws IOException {
            Path second = elsewhere.resolve(name(1));
            Files.write(second, Arrays.copyOf(parts.get(1), parts.get(1).length + 1));
            assertThat(model.problem().orElseThrow()).contains(name(1), "bytes but");
        }

        @Test
        void areAllForgottenAndStayWhereTheyAre() throws IOException {
            assertThat(model.removal().isOwn()).isFalse();
            model.removal().confirm();
            for (int i = 0; i < PARTS; i++) {
                assertThat(elsewhere.resolve(name(i))).hasBinaryContent(parts.get(i));
            }
            try (Stream<Path> left = Files.walk(home.models())) {
                assertThat(left.filter(Files::isRegularFile)).isEmpty();
            }
            assertThat(registry.models().tagged("adopted").count()).isZero();
            assertThat(registry.trash().size().bytes()).isZero();
            assertThat(registry.add(elsewhere.resolve(name(0))).isDownloaded()).isTrue();
        }
    }

    @Test
    void aSignatureThatWasCopiedGoesWithAForgottenModel() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        for (int i = 0; i < PARTS; i++) {
            Files.write(elsewhere.resolve(name(i)), parts.get(i));
        }
        Path first = elsewhere.resolve(name(0));
        Signing.of(first, SigningKey.generate()).to(SignatureGate.beside(first)).sign();
        Model model = registry.add(first);
        model.removal().confirm();
        assertThat(SignatureGate.beside(first)).exists();
        try (Stream<Path> left = Files.walk(home.models())) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }
}
