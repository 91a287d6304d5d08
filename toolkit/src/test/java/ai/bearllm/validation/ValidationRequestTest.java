package ai.bearllm.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.GgufBuilder;
import ai.bearllm.model.Sha256;
import ai.bearllm.signature.SignaturePolicy;
import ai.bearllm.signature.Signing;
import ai.bearllm.signature.SigningKey;
import ai.bearllm.table.Tables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationRequestTest {
    private static final String TEMPLATE = "{% for m in messages %}{{ m['content'] }}{% endfor %}";

    @TempDir
    Path folder;

    @Test
    void isImmutable() {
        ValidationRequest request = Validator.of(model());
        request.expectingBytes(1).level(Level.QUICK);
        assertThat(request.run().ok()).isTrue();
        assertThat(request).hasToString("full validation of model.gguf");
        assertThatThrownBy(() -> request.expectingBytes(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void makesTheCallersChecksToo() {
        Validation validation = Validator.of(model())
                .also((file, gguf) -> new Check.Failed("mine", gguf.tensors().size() + " tensors", "none", "Ask me."))
                .run();
        assertThat(validation.failures()).extracting(Check::name).containsExactly("mine");
        assertThat(validation.failures().get(0).found()).isEqualTo("4 tensors");
    }

    @Test
    void warnsOfAnotherNumberOfParametersThanDeclared() {
        Validation validation = Validator.of(model())
                .expectingParameters(OptionalLong.of(7_000_000_000L))
                .run();
        assertThat(validation.ok()).isTrue();
        assertThat(validation.warnings()).extracting(Finding::rule).containsExactly("parameters");
    }

    @Test
    void showsWordsAndColors() {
        Validation validation = Validator.of(model()).expectingBytes(1).run();
        assertThat(validation.sheet().text()).contains("failed", "passed", "skipped");
        assertThat(Tables.html(validation.sheet())).contains("background:#fbdcd9\">failed</span>");
        assertThat(validation.table().rowCount()).isEqualTo(validation.checks().size());
    }

    @Nested
    class Template {
        @Test
        void isThatOfTheOriginal() {
            Validation validation = Validator.of(model())
                    .expectingTemplate(Sha256.of(Sha256.newDigest().digest(TEMPLATE.getBytes(StandardCharsets.UTF_8))))
                    .run();
            assertThat(check(validation, "original template"))
                    .isEqualTo(new Check.Passed("original template", "it is that of the original model"));
        }

        @Test
        void isAnother() {
            Validation validation = Validator.of(model())
                    .expectingTemplate(new Sha256("0".repeat(64)))
                    .run();
            assertThat(validation.ok()).isTrue();
            assertThat(validation.warnings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.rule()).isEqualTo("template-origin"));
            assertThat(validation.sheet().text()).contains("passed, 1 warning");
            Validation named = Validator.of(model())
                    .expectingTemplates(Map.of("default", TEMPLATE + "Obey."))
                    .run();
            assertThat(named.warnings()).hasSize(1);
        }
    }

    @Nested
    class Signature {
        @Test
        void isNotLookedAtWithoutAPolicy() {
            assertThat(Validator.of(model()).run().checks())
                    .noneMatch(check -> check.name().equals("signature"));
        }

        @Test
        void holds() throws IOException {
            Path file = model();
            SignaturePolicy policy = signed(file);
            Validation validation = Validator.of(file).signedBy(policy).run();
            assertThat(check(validation, "signature")).isInstanceOf(Check.Passed.class);
            assertThat(((Check.Passed) check(validation, "signature")).detail()).contains("team");
        }

        @Test
        void doesNotHold() throws IOException {
            Path file = model();
            SignaturePolicy policy = signed(file);
            GgufBuilder.model().text("x", "changed").write(file);
            Validation validation = Validator.of(file).signedBy(policy).run();
            assertThat(validation.failures()).extracting(Check::name).containsExactly("signature");
        }

        @Test
        void isMissing() {
            SignaturePolicy fine = SignaturePolicy.trustingNobody();
            Validation validation = Validator.of(model()).signedBy(fine).run();
            assertThat(check(validation, "signature")).isInstanceOf(Check.Skipped.class);
            assertThat(validation.warnings()).isEmpty();
            Validation warned = Validator.of(model())
                    .signedBy(fine.unsigned(SignaturePolicy.Reaction.WARN))
                    .run();
            assertThat(warned.ok()).isTrue();
            assertThat(warned.warnings()).hasSize(1);
            Validation refused = Validator.of(model())
                    .signedBy(fine.unsigned(SignaturePolicy.Reaction.REFUSE))
                    .run();
            assertThat(refused.failures()).extracting(Check::name).containsExactly("signature");
        }

        @Test
        void isLeftOutWhereTheDigestIsNotKnown() {
            Validation validation = Validator.of(model())
                    .level(Level.QUICK)
                    .signedBy(SignaturePolicy.trustingNobody())
                    .run();
            assertThat(check(validation, "signature")).isInstanceOf(Check.Skipped.class);
        }

        private SignaturePolicy signed(Path file) throws IOException {
            Path key = Files.createDirectory(folder.resolve("keys")).resolve("team.pem");
            SigningKey pair = SigningKey.generate();
            pair.save(key);
            Signing.sign(file, key);
            return SignaturePolicy.trustingNobody().trustKey("team", pair.publicPem());
        }
    }

    @Nested
    class SplitModels {
        @Test
        void areOnePartEachUnlessAllAreWanted() {
            Path first = part(0, GgufBuilder.model());
            part(1, GgufBuilder.empty().tensor("blk.0.more", 0, 32));
            Validation alone = Validator.of(first).run();
            assertThat(alone.ok()).isTrue();
            assertThat(check(alone, "parts")).isInstanceOf(Check.Skipped.class);
            Validation all = Validator.of(first).allParts().run();
            assertThat(check(all, "parts")).isEqualTo(new Check.Passed("parts", "2 parts that belong together"));
            assertThat(all.gguf().orElseThrow().tensors()).hasSize(5);
        }

        @Test
        void failWhereAPartIsMissingOrBroken() {
            Path first = part(0, GgufBuilder.model());
            Validation missing = Validator.of(first).allParts().run();
            assertThat(missing.failures()).extracting(Check::name).containsExactly("parts");
            byte[] noise = new byte[128];
            noise[3] = 0x7F;
            noise[2] = (byte) 0xC0;
            part(
                    1,
                    GgufBuilder.empty()
                            .tensor("blk.0.more".getBytes(StandardCharsets.UTF_8), 0, OptionalLong.empty(), noise, 32));
            Validation broken = Validator.of(first).allParts().run();
            assertThat(broken.failures())
                    .singleElement()
                    .satisfies(
                            failed -> assertThat(failed.found()).contains("test-00002-of-00002.gguf: content", "NaN"));
        }

        @Test
        void areComparedAndDigestedAsOne() throws IOException {
            Path first = part(0, GgufBuilder.model());
            part(1, GgufBuilder.empty().tensor("blk.0.more", 0, 32));
            Path whole = GgufBuilder.model().tensor("blk.0.more", 0, 32).write(folder.resolve("whole.gguf"));
            Diff diff = Validator.diff(
                    first, whole, ai.bearllm.progress.ProgressListener.NONE, ai.bearllm.progress.Cancellation.create());
            assertThat(diff.tensors()).isEmpty();
            assertThat(diff.sameTensors()).isEqualTo(5);
            assertThat(diff.keys()).allMatch(change -> change.key().startsWith("split."));
            assertThat(Validator.tensorDigests(
                                    first,
                                    ai.bearllm.progress.ProgressListener.NONE,
                                    ai.bearllm.progress.Cancellation.create())
                            .all())
                    .hasSize(5);
        }

        private Path part(int number, GgufBuilder file) {
            return file.u32("split.no", number)
                    .u32("split.count", 2)
                    .u32("split.tensors.count", 5)
                    .write(folder.resolve("test-0000" + (number + 1) + "-of-00002.gguf"));
        }
    }

    private static Check check(Validation validation, String name) {
        Optional<Check> found = validation.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst();
        return found.orElseThrow();
    }

    private Path model() {
        return GgufBuilder.model().write(folder.resolve("model.gguf"));
    }
}
