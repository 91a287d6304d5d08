package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SigningTest {
    private static final SigningKey KEY = SigningKey.generate();

    @TempDir
    private Path temporary;

    private Path model;

    @BeforeEach
    void makeModel() throws IOException {
        model = Samples.model(temporary.resolve("my model"));
    }

    private static SignatureCheck check(Path model) {
        return Verification.of(model).policy(Samples.trusting(KEY)).check();
    }

    private static List<FileDifference> differences(SignatureCheck check) {
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Invalid.class);
        return ((SignatureCheck.Invalid) check).differences();
    }

    @ParameterizedTest
    @EnumSource(Curve.class)
    void whatIsSignedWithAKeyOfAnyCurveHolds(Curve curve) {
        SigningKey key = SigningKey.generate(curve);
        WrittenSignature written = Signing.of(model, key).sign();
        assertThat(written.file()).isEqualTo(model.resolve("model.sig")).exists();
        assertThat(written.files()).isEqualTo(5);
        SignatureCheck check =
                Verification.of(model).policy(Samples.trusting(key)).check();
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Signed.class);
        SignatureCheck.Signed signed = (SignatureCheck.Signed) check;
        assertThat(signed.digest()).isEqualTo(written.digest());
        assertThat(signed.size()).isEqualTo(written.size());
        assertThat(signed.signer().algorithm()).contains(Signer.words(curve));
    }

    @Test
    void aSingleFileIsSignedBesideItself() {
        Path file = model.resolve("weights/part 1.gguf");
        WrittenSignature written = Signing.of(file, KEY).sign();
        assertThat(written.file()).hasFileName("part 1.gguf.sig");
        assertThat(check(file)).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(check(model.resolve("config.json"))).isInstanceOf(SignatureCheck.Unsigned.class);
    }

    @Test
    void aFileIsFoundInTheSignatureOfItsFolderAlsoUnderItsPath() {
        Signing.of(model, KEY).sign();
        assertThat(check(model.resolve("config.json"))).isInstanceOf(SignatureCheck.Signed.class);
        Path nested = model.resolve("weights/part 1.gguf");
        assertThat(check(nested)).isInstanceOf(SignatureCheck.Unsigned.class);
        Verification verification =
                Verification.of(nested).policy(Samples.trusting(KEY)).signature(model.resolve("model.sig"));
        assertThat(verification.check()).isInstanceOf(SignatureCheck.Invalid.class);
        assertThat(verification.named("weights/part 1.gguf").check()).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(verification.named("weights/part-2.gguf").check()).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @Test
    void everyChangeIsNamed() throws IOException {
        Signing.of(model, KEY).sign();
        Files.writeString(model.resolve("empty"), "no longer");
        Files.delete(model.resolve("config.json"));
        Samples.write(model.resolve("weights/extra/x"), "added");
        assertThat(differences(check(model)))
                .containsExactlyInAnyOrder(
                        new FileDifference(FileDifference.Kind.CHANGED, "empty"),
                        new FileDifference(FileDifference.Kind.MISSING, "config.json"),
                        new FileDifference(FileDifference.Kind.ADDED, "weights/extra/x"));
    }

    @Test
    void theFirstHundredDifferencesAreNamedAndAllAreCounted() throws IOException {
        Signing.of(model, KEY).sign();
        for (int i = 0; i < 150; i++) {
            Samples.write(model.resolve("more/" + i), "");
        }
        SignatureCheck.Invalid invalid = (SignatureCheck.Invalid) check(model);
        assertThat(invalid.differences()).hasSize(SignatureCheck.Invalid.MOST_DIFFERENCES);
        assertThat(invalid.differenceCount()).isEqualTo(150);
        assertThat(invalid.sheet().text()).contains("and 50 more");
    }

    @Test
    void filesOfGitAndIgnoredOnesMayChange() throws IOException {
        Samples.write(model.resolve("notes/todo.txt"), "1");
        WrittenSignature written = Signing.of(model, KEY).ignoring("notes/").sign();
        assertThat(written.ignored()).contains("model.sig", ".git", "notes/");
        Samples.write(model.resolve("notes/todo.txt"), "2");
        Samples.write(model.resolve("notes/more/x"), "3");
        Samples.write(model.resolve(".git/HEAD"), "x");
        Samples.write(model.resolve(".gitattributes"), "x");
        assertThat(check(model)).isInstanceOf(SignatureCheck.Signed.class);
        Samples.write(model.resolve("sub/.gitattributes"), "x");
        assertThat(differences(check(model)))
                .containsExactly(new FileDifference(FileDifference.Kind.ADDED, "sub/.gitattributes"));
    }

    @Test
    void ignoringASignedFileDoesNotHideItsChange() throws IOException {
        Signing.of(model, KEY).sign();
        Files.writeString(model.resolve("config.json"), "{ }");
        SignatureCheck check = Verification.of(model)
                .policy(Samples.trusting(KEY))
                .ignoring("config.json", ".", "weights")
                .ignoringUnsignedFiles()
                .check();
        assertThat(differences(check)).containsExactly(new FileDifference(FileDifference.Kind.CHANGED, "config.json"));
    }

    @Test
    void aSignatureIsNeverOverwrittenUnasked() throws IOException {
        Path file = Signing.of(model, KEY).sign().file();
        byte[] first = Files.readAllBytes(file);
        Signing again = Signing.of(model, SigningKey.generate());
        assertThatThrownBy(again::sign).isInstanceOf(BearException.class).hasMessageContaining("overwriting()");
        assertThat(file).hasBinaryContent(first);
        again.overwriting().sign();
        assertThat(check(model)).isInstanceOf(SignatureCheck.Untrusted.class);
        assertThat(Samples.files(model)).hasSize(6);
    }

    @Test
    void knownDigestsAreNotComputedAgainAndProgressCountsTheRest() {
        Path known = model.resolve("weights/part 1.gguf").toAbsolutePath();
        List<Long> heard = new ArrayList<>();
        List<Path> asked = new ArrayList<>();
        Signing.of(model, KEY).sign();
        SignatureCheck check = Verification.of(model)
                .policy(Samples.trusting(KEY))
                .digests(path -> {
                    asked.add(path);
                    return path.endsWith("part 1.gguf") ? Optional.of(Samples.sha256("GGUF one")) : Optional.empty();
                })
                .listener((hashed, total) -> {
                    heard.add(hashed);
                    assertThat(total).isEqualTo(8 + 2 + 4);
                })
                .check();
        assertThat(check).isInstanceOf(SignatureCheck.Signed.class);
        assertThat(asked).hasSize(5).anyMatch(path -> path.endsWith(known.getFileName()));
        assertThat(heard).isSorted().endsWith(8L + 2 + 4);
        Verification lied = Verification.of(model)
                .policy(Samples.trusting(KEY))
                .digests(path -> Optional.of(Samples.sha256("other")));
        assertThat(differences(lied.check())).hasSize(5);
    }

    @Test
    void whatTheListenerThrowsEndsTheWorkAndLeavesNoSignature() {
        Signing signing = Signing.of(model, KEY).listener((hashed, total) -> {
            throw new CancellationException("enough");
        });
        assertThatThrownBy(signing::sign).isInstanceOf(CancellationException.class);
        assertThat(Samples.files(model)).hasSize(5);
    }

    @Test
    void aFileOfManyGigabytesThatIsAllHolesNeedsNoMemory() throws IOException {
        Path big = temporary.resolve("big.gguf");
        try (SeekableByteChannel channel = Files.newByteChannel(
                big, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.position(96L << 20);
            channel.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
        }
        WrittenSignature written = Signing.of(big, KEY).sign();
        assertThat(written.size().bytes()).isEqualTo((96L << 20) + 1);
        assertThat(check(big)).isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void aPrivateKeyInTheFolderIsNotSignedAndGivenAway() {
        Path key = model.resolve("key.pem");
        KEY.save(key);
        assertThatThrownBy(() -> Signing.sign(model, key)).hasMessageContaining("private key");
    }

    @Test
    void whatCannotBeSignedIsNamed() throws IOException {
        assertThatThrownBy(() -> Signing.of(temporary.resolve("nothing"), KEY).sign())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("no ");
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        assertThatThrownBy(() -> Signing.of(empty, KEY).sign()).hasMessageContaining("no file to sign");
        Samples.write(model.resolve("CONFIG.json"), "{}");
        if (Samples.files(model).containsKey("CONFIG.json")) {
            assertThatThrownBy(() -> Signing.of(model, KEY).sign()).hasMessageContaining("other case");
        }
    }

    @Test
    void listsStandInTheOrderOfPython() {
        List<String> names = new ArrayList<>(List.of("b", "a/b", "a", "a.b", "a/a", "a b", "\uD83D\uDE00", "\uFF5E"));
        names.sort(SigningRun.PATH_ORDER);
        assertThat(names).containsExactly("a", "a/a", "a/b", "a b", "a.b", "b", "\uFF5E", "\uD83D\uDE00");
    }

    @Test
    void outcomesPrintOneShortLine() {
        Path file = Signing.of(model, KEY).sign().file();
        for (SignatureCheck check : List.of(
                check(model),
                Verification.of(model).check(),
                check(temporary.resolve("my model/weights/part 1.gguf")),
                Verification.of(model)
                        .signature(file)
                        .policy(Samples.trusting(KEY))
                        .check())) {
            assertThat(check.toString()).hasSizeLessThanOrEqualTo(80).doesNotContain("\n");
            assertThat(check.sheet().text()).isNotBlank();
            assertThat(check.sentence()).endsWith(".");
        }
    }
}
