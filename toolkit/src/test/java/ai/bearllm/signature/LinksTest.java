package ai.bearllm.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Symbolic links, pipes and other things that are not just files. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "making symbolic links needs a privilege there")
class LinksTest {
    private static final SigningKey KEY = SigningKey.generate();

    @TempDir
    private Path temporary;

    private Path model;
    private Path outside;

    @BeforeEach
    void makeModel() throws IOException {
        model = Samples.model(temporary.resolve("model"));
        outside = Samples.write(temporary.resolve("store/blob"), "{}");
    }

    private Verification verification() {
        return Verification.of(model).policy(Samples.trusting(KEY));
    }

    private static void assertLink(SignatureCheck check, String name) {
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Invalid.class);
        List<FileDifference> differences = ((SignatureCheck.Invalid) check).differences();
        assertThat(differences).containsExactly(new FileDifference(FileDifference.Kind.LINK, name));
    }

    private void link(String name, Path target) throws IOException {
        Files.deleteIfExists(model.resolve(name));
        Files.createSymbolicLink(model.resolve(name), target);
    }

    @Test
    void aLinkInPlaceOfASignedFileIsRefusedUnlessAllowed() throws IOException {
        Samples.write(model.resolve("copy.json"), "{}");
        Signing.of(model, KEY).sign();
        link("copy.json", Path.of("config.json"));
        assertLink(verification().check(), "copy.json");
        assertThat(verification().allowingLinks().check()).isInstanceOf(SignatureCheck.Signed.class);
    }

    @Test
    void aLinkOutOfTheFolderNeedsTheFolderThatItMayLeadTo() throws IOException {
        Signing.of(model, KEY).sign();
        link("config.json", outside);
        assertLink(verification().allowingLinks().check(), "config.json");
        assertLink(
                verification().allowingLinks(temporary.resolve("model/weights")).check(), "config.json");
        Verification ofCache = verification().allowingLinks(temporary.resolve("store"));
        assertThat(ofCache.check()).isInstanceOf(SignatureCheck.Signed.class);
        Files.writeString(outside, "{ }");
        assertThat(ofCache.check()).isInstanceOf(SignatureCheck.Invalid.class);
    }

    @Test
    void linksThatTheSignerFollowedAreFollowed() throws IOException {
        link("copy.json", Path.of("config.json"));
        assertThatThrownBy(() -> Signing.of(model, KEY).sign())
                .isInstanceOf(BearException.class)
                .hasMessageContaining("copy.json");
        Signing.of(model, KEY).allowingLinks().sign();
        assertThat(verification().check()).isInstanceOf(SignatureCheck.Signed.class);
        link("copy.json", outside);
        assertLink(verification().check(), "copy.json");
        assertThatThrownBy(() ->
                        Signing.of(model, KEY).allowingLinks().overwriting().sign())
                .hasMessageContaining("leads out");
    }

    @Test
    void linksToFoldersAreNeverFollowedAndNeverPassedOver() throws IOException {
        Signing.of(model, KEY).allowingLinks().sign();
        link("more", temporary.resolve("store"));
        assertLink(verification().allowingLinks().check(), "more");
        assertThat(verification().ignoring("more").check()).isInstanceOf(SignatureCheck.Signed.class);
        link("weights/loop", model);
        assertLink(verification().allowingLinks().ignoring("more").check(), "weights/loop");
    }

    @Test
    void brokenLinksAndLinksThatWereAddedAreNamed() throws IOException {
        Signing.of(model, KEY).sign();
        link("config.json", Path.of("gone"));
        assertLink(verification().allowingLinks().check(), "config.json");
    }

    @Test
    void aPipeIsNamedAndNeverRead() throws Exception {
        Signing.of(model, KEY).sign();
        Process made = new ProcessBuilder("mkfifo", model.resolve("pipe").toString()).start();
        assertThat(made.waitFor()).isZero();
        SignatureCheck.Invalid check = (SignatureCheck.Invalid) verification().check();
        assertThat(check.differences()).containsExactly(new FileDifference(FileDifference.Kind.SPECIAL, "pipe"));
        assertThatThrownBy(() -> Signing.of(model, KEY).overwriting().sign()).hasMessageContaining("neither a file");
        Files.delete(model.resolve("pipe"));
        Files.delete(model.resolve("config.json"));
        assertThat(new ProcessBuilder("mkfifo", model.resolve("config.json").toString())
                        .start()
                        .waitFor())
                .isZero();
        check = (SignatureCheck.Invalid) verification().check();
        assertThat(check.differences()).containsExactly(new FileDifference(FileDifference.Kind.SPECIAL, "config.json"));
    }

    @Test
    void theFolderItselfMayBeNamedThroughALink() throws IOException {
        Signing.of(model, KEY).sign();
        Path alias = Files.createSymbolicLink(temporary.resolve("alias"), model);
        SignatureCheck check =
                Verification.of(alias).policy(Samples.trusting(KEY)).check();
        assertThat(check).as(check.sentence()).isInstanceOf(SignatureCheck.Signed.class);
    }
}
