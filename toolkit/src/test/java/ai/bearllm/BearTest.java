package ai.bearllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.run.ModelSession;
import ai.bearllm.worker.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BearTest {
    @TempDir
    Path home;

    @Test
    void severalOfOneHomeShareEverythingAndEndOneByOne() {
        Bear one = Bear.open(home.toString());
        Bear two = Bear.open(home.resolve("../" + home.getFileName()).toString());
        assertThat(two.home()).isEqualTo(one.home());
        one.close();
        one.close();
        assertThatThrownBy(one::models)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
        assertThat(two.models().list()).hasSize(7);
        two.close();
    }

    @Test
    void openingAndListingWritesNothingAndOpensNoDatabase() throws IOException {
        try (Bear bear = Bear.open(home.toString())) {
            bear.models().sheet();
            bear.help().sheet();
            assertThat(bear.active()).isEmpty();
            try (Stream<Path> files = Files.list(home)) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void everyValueShowsInOneLine() {
        try (Bear bear = Bear.open(home.toString())) {
            for (Object value : List.of(
                    bear,
                    bear.models(),
                    bear.model("mistral"),
                    bear.session("bear-tiny"),
                    bear.usage(),
                    bear.doctor(),
                    bear.help())) {
                assertThat(value.toString()).hasSizeLessThanOrEqualTo(80).doesNotContain("\n", "@");
            }
        }
    }

    @Test
    void theDoctorTellsAboutMachineEnginesHomeAndSandbox() {
        try (Bear bear = Bear.open(home.toString())) {
            assertThat(bear.doctor().sheet().text())
                    .contains("engine: llama.cpp", "Java", "disk", "machine: ")
                    // Which level there is depends on the machine.
                    .containsPattern("sandbox .*(bubblewrap|sandbox-exec|child process)");
        }
    }

    @Test
    void anUnknownEngineIsAnsweredWithThoseThatAre() {
        try (Bear bear = Bear.open(home.toString())) {
            bear.model("bear-tiny").download();
            assertThatThrownBy(() -> bear.session("bear-tiny").engine("lama").open())
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("There is no engine called \"lama\"")
                    .hasMessageContaining("llama.cpp");
        }
    }

    @Test
    void theHomesSettingForSandboxesHoldsUntilASessionSaysOtherwise() throws IOException {
        try (Bear bear = Bear.open(home.toString())) {
            bear.model("bear-tiny").download();
            assertThatThrownBy(() -> bear.sandbox("maybe")).hasMessageContaining("preferred, required or off");
            bear.sandbox("off");
        }
        try (Bear bear = Bear.open(home.toString())) {
            try (ModelSession session = bear.session("bear-tiny").context(256).open()) {
                assertThat(session.loaded().parameters())
                        .containsEntry("isolation", Isolation.CHILD_PROCESS.label())
                        .containsEntry("isolationBecause", "the sandbox was switched off");
                assertThat(bear.monitor().sessions())
                        .singleElement()
                        .satisfies(status -> assertThat(status.isolation()).isEqualTo("child process"));
                assertThat(bear.monitor().sheet().text()).contains("bear-tiny", "open", "child process");
            }
            Files.writeString(home.resolve("state.json"), "{\"version\": 1, \"sandbox\": \"maybe\"}");
            assertThatThrownBy(() -> bear.session("bear-tiny").open())
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("sandboxes")
                    .hasMessageContaining("bear.sandbox(\"preferred\")");
            try (ModelSession session =
                    bear.session("bear-tiny").sandbox("off").context(256).open()) {
                assertThat(session.loaded().wasKept()).isTrue();
            }
        }
    }

    @Test
    void theMonitorIsShownOnceWhereNobodyLooksOn() {
        try (Bear bear = Bear.open(home.toString())) {
            assertThat(bear.monitor().sheet().text()).contains("No model is loaded");
            bear.monitor().watch();
        }
    }

    @Test
    void aSessionNeedsAModelThatIsHere() {
        try (Bear bear = Bear.open(home.toString())) {
            assertThatThrownBy(() -> bear.session("").open()).hasMessageContaining("No model is active");
            assertThatThrownBy(() -> bear.session("bear-tiny").open())
                    .hasMessageContaining("is not downloaded")
                    .hasMessageContaining("bear.model(\"bear-tiny\").download()");
        }
    }
}
