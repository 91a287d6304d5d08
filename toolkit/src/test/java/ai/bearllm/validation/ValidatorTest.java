package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatorTest {
    private static final Sha256 BEAR_TINY =
            new Sha256("a9df0de055a6c023c200ed2b0811814d96d1943e38caf30e2c44ecf644ae106a");
    private static final long BEAR_TINY_BYTES = 2_115_616;

    @TempDir
    Path folder;

    private final List<Progress> events = new ArrayList<>();

    @Nested
    class OfAGoodFile {
        private final Path file = Lab.project().resolve("data/bear-tiny/bear-tiny.gguf");

        @Test
        void passesEveryCheck() {
            Validation validation = validate(file, Optional.of(BEAR_TINY), OptionalLong.of(BEAR_TINY_BYTES));
            assertThat(validation.ok()).isTrue();
            assertThat(validation.checks()).allMatch(Check.Passed.class::isInstance);
            assertThat(validation.checks())
                    .extracting(Check::name)
                    .containsExactly(
                            "size",
                            "SHA-256",
                            "structure",
                            "content",
                            "metadata",
                            "tokenizer",
                            "chat template",
                            "plausibility");
            assertThat(validation.findings()).isEmpty();
            assertThat(validation.sha256()).contains(BEAR_TINY);
            assertThat(validation.gguf().orElseThrow().parameters()).hasValue(1_967_872);
            assertThat(validation.toString()).startsWith("bear-tiny.gguf: ok, ").endsWith("0 skipped, 0 failed");
        }

        @Test
        void tellsItsProgressByTheGrammar() {
            validate(file, Optional.of(BEAR_TINY), OptionalLong.empty());
            assertThat(events.get(0))
                    .isEqualTo(new Progress.Started(
                            "validation of bear-tiny.gguf", OptionalLong.of(BEAR_TINY_BYTES), Progress.Unit.BYTES));
            List<Progress> between = events.subList(1, events.size() - 1);
            assertThat(between).isNotEmpty().allMatch(Progress.Advanced.class::isInstance);
            assertThat(between)
                    .extracting(event -> ((Progress.Advanced) event).done())
                    .isSorted()
                    .endsWith(BEAR_TINY_BYTES);
            assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Verified.class);
        }

        @Test
        void reportsTheDigestThatNobodyKnew() {
            Validation validation = validate(file, Optional.empty(), OptionalLong.empty());
            assertThat(validation.ok()).isTrue();
            assertThat(validation.sha256()).contains(BEAR_TINY);
            assertThat(validation.checks().get(0)).isInstanceOf(Check.Skipped.class);
            assertThat(((Check.Skipped) validation.checks().get(1)).why()).contains(BEAR_TINY.hex());
            assertThat(validation.sheet().text()).contains("skipped", "passed");
        }

        @Test
        void isQuickWithoutTheDigest() {
            Validation validation = Validator.quick(file);
            assertThat(validation.ok()).isTrue();
            assertThat(validation.sha256()).isEmpty();
            assertThat(validation.checks())
                    .extracting(Check::name)
                    .containsExactly(
                            "size",
                            "SHA-256",
                            "structure",
                            "content",
                            "metadata",
                            "tokenizer",
                            "chat template",
                            "plausibility");
        }

        @Test
        void stopsWhenAsked() {
            Cancellation cancellation = Cancellation.create();
            ProgressListener stopping = event -> {
                events.add(event);
                cancellation.cancel();
            };
            assertThatThrownBy(() ->
                            Validator.validate(file, Optional.empty(), OptionalLong.empty(), stopping, cancellation))
                    .isInstanceOf(CancellationException.class);
            assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Cancelled.class);
        }
    }

    @Nested
    class OfADamagedFile {
        @Test
        void failsByTheDigestWhereOneWeightChanged() throws IOException {
            byte[] bytes = Files.readAllBytes(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
            bytes[bytes.length / 2] ^= 1;
            Path file = Files.write(folder.resolve("changed.gguf"), bytes);
            Validation validation = validate(file, Optional.of(BEAR_TINY), OptionalLong.of(BEAR_TINY_BYTES));
            assertThat(validation.ok()).isFalse();
            Check.Failed failed = validation.failures().get(0);
            assertThat(failed.name()).isEqualTo("SHA-256");
            assertThat(failed.expected()).isEqualTo(BEAR_TINY.hex());
            assertThat(failed.found()).isNotEqualTo(BEAR_TINY.hex());
            assertThat(failed.fix()).contains("again");
            assertThat(events.get(events.size() - 1)).isInstanceOf(Progress.Failed.class);
        }

        @Test
        void failsBySizeDigestAndStructureWhereItIsCutOff() throws IOException {
            byte[] bytes = Files.readAllBytes(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
            Path file = Files.write(folder.resolve("cut.gguf"), java.util.Arrays.copyOf(bytes, 1_000_000));
            Validation validation = validate(file, Optional.of(BEAR_TINY), OptionalLong.of(BEAR_TINY_BYTES));
            assertThat(validation.failures()).extracting(Check::name).containsExactly("size", "SHA-256", "structure");
            assertThat(validation.gguf()).isEmpty();
            assertThat(validation.findings()).isNotEmpty().allSatisfy(finding -> {
                assertThat(finding.rule()).isEqualTo("tensor-bounds");
                assertThat(finding.effect()).isNotBlank();
            });
        }

        @Test
        void failsWhereItIsNoModelAtAll() throws IOException {
            Path page = Files.writeString(folder.resolve("page.gguf"), "<html>please log in</html>");
            Validation validation = validate(page, Optional.empty(), OptionalLong.empty());
            assertThat(validation.failures()).singleElement().satisfies(failed -> {
                assertThat(failed.found()).contains("web page");
                assertThat(failed.fix()).contains("not the page");
            });
            assertThat(validation.sheet().text()).contains("NOT ok", "web page", "Error: At byte 0");
            assertThat(validate(Files.createFile(folder.resolve("empty.gguf")), Optional.empty(), OptionalLong.empty())
                            .ok())
                    .isFalse();
        }

        @Test
        void doesNotAskForAnotherDownloadOfWhatWasPublishedBroken() throws IOException {
            Path file = GgufBuilder.model().trailing((byte) 1).write(folder.resolve("published.gguf"));
            Sha256 digest = Sha256.of(Sha256.newDigest().digest(Files.readAllBytes(file)));
            Check.Failed failed = validate(file, Optional.of(digest), OptionalLong.empty())
                    .failures()
                    .get(0);
            assertThat(failed.name()).isEqualTo("structure");
            assertThat(failed.fix()).contains("another source");
        }
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> validate(folder.resolve("absent.gguf"), Optional.empty(), OptionalLong.empty()))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("There is no file")
                .hasMessageContaining("download");
        assertThatThrownBy(() -> Validator.quick(folder)).isInstanceOf(BearException.class);
        assertThat(events).isEmpty();
    }

    private Validation validate(Path file, Optional<Sha256> expected, OptionalLong size) {
        return Validator.validate(file, expected, size, events::add, Cancellation.create());
    }
}
