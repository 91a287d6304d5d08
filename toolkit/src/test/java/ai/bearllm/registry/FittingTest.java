package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.estimate.ErrorBar;
import ai.bearllm.machine.Disk;
import ai.bearllm.machine.Machine;
import ai.bearllm.machine.Memory;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models are held against machines of every kind; what is unknown is said. */
class FittingTest {
    @TempDir
    Path folder;

    private Home home() {
        return Home.at(folder.resolve("home"));
    }

    private Registry registry() {
        return new Registry(
                home(),
                () -> {
                    throw new AssertionError("nothing is downloaded");
                },
                () -> {
                    throw new AssertionError("nobody is asked");
                },
                () -> event -> {},
                ModelUses.UNKNOWN,
                Clock.systemUTC());
    }

    private static Memory of(String total, String available) {
        return new Memory(Optional.of(ByteSize.parse(total)), Optional.of(ByteSize.parse(available)), Optional.empty());
    }

    private Fitting fitting(Memory memory, String freeDisk) {
        return new Fitting(
                new Library(home(), Clock.systemUTC()),
                memory,
                new Disk(folder, Optional.of(ByteSize.parse(freeDisk)), Optional.empty()),
                ErrorBar.of(List.of()));
    }

    private static ModelCard card(Registry registry, String name) {
        return registry.model(name).card();
    }

    @Test
    void saysWhetherAModelFitsWithNumbersAndReasons() {
        ModelCard mistral = card(registry(), "mistral");
        Fit large = fitting(of("32 GB", "20 GB"), "100 GB").quick(mistral);
        assertThat(large.verdict()).isEqualTo(Fit.Verdict.FITS);
        assertThat(large.contextTokens()).isEqualTo(4096);
        assertThat(large.memory().orElseThrow().expected()).isBetween(ByteSize.parse("5 GB"), ByteSize.parse("5.6 GB"));
        assertThat(large.memory().orElseThrow().basis()).contains("benchmark");
        assertThat(large.reasons()).anyMatch(reason -> reason.contains("20.0 GB are free"));
        assertThat(fitting(of("32 GB", "5 GB"), "100 GB").quick(mistral).verdict())
                .isEqualTo(Fit.Verdict.TIGHT);
        Fit small = fitting(of("4 GB", "3 GB"), "100 GB").quick(mistral);
        assertThat(small.verdict()).isEqualTo(Fit.Verdict.DOES_NOT_FIT);
        assertThat(small.sheet().text()).contains("does not fit", "4.00 GB in all");
        assertThat(small.toString()).hasSizeLessThanOrEqualTo(80).contains("does not fit");
    }

    @Test
    void countsTheLimitOfAContainer() {
        Memory limited = new Memory(
                Optional.of(ByteSize.parse("2 GB")),
                Optional.of(ByteSize.parse("1 GB")),
                Optional.of(ByteSize.parse("2 GB")));
        Fit fit = fitting(limited, "100 GB").quick(card(registry(), "mistral"));
        assertThat(fit.verdict()).isEqualTo(Fit.Verdict.DOES_NOT_FIT);
        assertThat(fit.reasons()).anyMatch(reason -> reason.contains("this container may use 2.00 GB"));
    }

    @Test
    void countsTheDiskOfAModelThatIsNotHere() {
        Fit fit = fitting(of("32 GB", "20 GB"), "1 GB").quick(card(registry(), "mistral"));
        assertThat(fit.verdict()).isEqualTo(Fit.Verdict.DOES_NOT_FIT);
        assertThat(fit.reasons()).anyMatch(reason -> reason.contains("of the disk are free"));
    }

    @Test
    void saysUnknownAndGuessesNothing() {
        ModelCard tiny = card(registry(), "bear-tiny");
        Memory untold = new Memory(Optional.empty(), Optional.empty(), Optional.empty());
        Fit here = fitting(untold, "100 GB").quick(tiny);
        assertThat(here.verdict()).isEqualTo(Fit.Verdict.UNKNOWN);
        assertThat(here.reasons()).anyMatch(reason -> reason.contains("does not tell how much memory"));
        ModelCard formless = new ModelCard(
                tiny.id(),
                tiny.aliases(),
                tiny.description(),
                tiny.parameters(),
                tiny.quantization(),
                tiny.contextTokens(),
                tiny.chat(),
                tiny.license(),
                tiny.tags(),
                tiny.file());
        Fit unknown = fitting(of("32 GB", "20 GB"), "100 GB").quick(formless);
        assertThat(unknown.verdict()).isEqualTo(Fit.Verdict.UNKNOWN);
        assertThat(unknown.memory()).isEmpty();
        assertThat(unknown.sheet().text()).contains("unknown", "does not say the form");
        Fit sizeless = fitting(of("32 GB", "20 GB"), "100 GB").quick(card(registry(), "llama-2-13b-chat"));
        assertThat(sizeless.verdict()).isEqualTo(Fit.Verdict.UNKNOWN);
        assertThat(sizeless.reasons()).anyMatch(reason -> reason.contains("how large the file is"));
    }

    @Test
    void learnsFromLoads() {
        Registry registry = registry();
        for (int i = 0; i < 30; i++) {
            registry.observedLoad(1_000_000_000, 1_500_000_000);
            registry.observedLoad(1_000_000, 90_000_000);
        }
        Fit fit = registry.model("bear-tiny").fitsHere();
        assertThat(fit.memory().orElseThrow().basis()).contains("from 30 loads measured here");
    }

    @Test
    void forgetsWhatItLearnedWhereTheFileIsDamaged() throws Exception {
        Registry registry = registry();
        registry.observedLoad(1_000_000_000, 1_500_000_000);
        Files.writeString(home().path().resolve("memory.seen"), "{");
        assertThat(registry.model("bear-tiny").fitsHere().memory().orElseThrow().basis())
                .contains("nothing was measured here");
        registry.observedLoad(1_000_000_000, 1_500_000_000);
    }

    @Test
    void narrowsAQueryToWhatFits() {
        Registry registry = registry();
        assertThat(registry.models().fitting().list())
                .extracting(Model::shortName)
                .contains("bear-tiny")
                .doesNotContain("llama-2-13b-chat");
    }

    private static Machine machine(int cores, List<Machine.Gpu> gpus) {
        return new Machine(
                Optional.empty(),
                new Machine.Cores(OptionalInt.of(cores), OptionalInt.of(cores), cores, OptionalInt.of(cores)),
                of("64 GB", "60 GB"),
                "Linux",
                "amd64",
                "17",
                Optional.empty(),
                gpus,
                List.of());
    }

    private Recommendation recommended(Memory memory, Machine machine) {
        return new Recommending(registry(), fitting(memory, "100 GB"), machine).choose(List.of("llama.cpp"));
    }

    @Test
    void recommendsForThisMachineAndSaysWhyInOneSentence() {
        Recommendation strong = recommended(of("64 GB", "60 GB"), machine(8, List.of()));
        assertThat(strong.model().shortName()).isEqualTo("mistral");
        assertThat(strong.why())
                .contains("recommends it", "60.0 GB", "llama.cpp")
                .endsWith(".");
        Recommendation twoCores = recommended(of("64 GB", "60 GB"), machine(2, List.of()));
        assertThat(twoCores.model().card().parameters()).isLessThan(4_000_000_000L);
        Machine.Gpu gpu = new Machine.Gpu("card", Optional.empty(), Optional.of(ByteSize.parse("24 GB")));
        Recommendation withGpu = recommended(of("64 GB", "60 GB"), machine(2, List.of(gpu)));
        assertThat(withGpu.model().shortName()).isEqualTo("mistral");
        assertThat(withGpu.why()).contains("the card can hold it");
        Recommendation small = recommended(of("512 MB", "400 MB"), machine(8, List.of()));
        assertThat(small.model().card().parameters()).isLessThan(200_000_000L);
        assertThat(small.toString()).hasSizeLessThanOrEqualTo(80);
        assertThat(small.sheet().text()).contains("why");
    }
}
