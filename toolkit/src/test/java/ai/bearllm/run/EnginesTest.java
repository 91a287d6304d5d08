package ai.bearllm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.FakeEngine;
import ai.bearllm.model.BearException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnginesTest {
    private final List<String> made = new ArrayList<>();

    private Engines engines(EngineProvider... providers) {
        return new Engines(List.of(providers), provider -> {
            made.add(provider.name());
            return provider.create(new EngineEnvironment(Path.of("unused")));
        });
    }

    @Test
    void makesAnEngineAtItsFirstUseAndOnce() {
        Engines engines = engines(new Provider("alpha", Optional.empty()), new Provider("llama.cpp", Optional.empty()));
        assertThat(made).isEmpty();
        Engine first = engines.named("alpha");
        assertThat(engines.named("alpha")).isSameAs(first);
        assertThat(made).containsExactly("alpha");
        engines.named("");
        assertThat(made).containsExactly("alpha", "llama.cpp");
    }

    @Test
    void namesTheDefaultFirstAndLeavesOutWhatCannotRun() {
        Engines engines = engines(
                new Provider("alpha", Optional.empty()),
                new Provider("broken", Optional.of("It needs a library.")),
                new Provider("llama.cpp", Optional.empty()));
        assertThat(engines.available()).containsExactly("llama.cpp", "alpha");
        assertThat(engines.providers()).hasSize(3);
    }

    @Test
    void saysWhyAnEngineCannotRun() {
        Engines engines = engines(new Provider("broken", Optional.of("It needs libgomp; install libgomp1.")));
        assertThatThrownBy(() -> engines.named("broken"))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("It needs libgomp; install libgomp1.")
                .hasMessageContaining("bear.doctor()");
        assertThat(made).isEmpty();
    }

    @Test
    void namesTheEnginesThatThereAre() {
        Engines engines = engines(new Provider("alpha", Optional.empty()));
        assertThatThrownBy(() -> engines.named("beta"))
                .hasMessageContaining("There is no engine called \"beta\"")
                .hasMessageContaining("alpha");
    }

    @Test
    void closesWhatItMadeAndMakesNoMore() {
        Engines engines = engines(new Provider("alpha", Optional.empty()));
        Engine engine = engines.named("alpha");
        engines.close();
        engines.close();
        assertThatThrownBy(() -> engine.load(null, null, null)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engines.named("alpha")).hasMessageContaining("is closed");
    }

    private record Provider(String name, Optional<String> unavailableBecause) implements EngineProvider {
        @Override
        public String description() {
            return "an engine of this test";
        }

        @Override
        public String build() {
            return "1";
        }

        @Override
        public Capabilities capabilities() {
            return Capabilities.of();
        }

        @Override
        public Placement placement() {
            return Placement.HERE;
        }

        @Override
        public Engine create(EngineEnvironment environment) {
            return new FakeEngine();
        }
    }
}
