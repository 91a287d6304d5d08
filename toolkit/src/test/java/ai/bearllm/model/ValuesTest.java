package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.00 kB",
        "2115616,2.12 MB",
        "98362432,98.4 MB",
        "668788096,669 MB",
        "4368439584,4.37 GB",
        "999999,1.00 MB",
        "9223372036854775807,9.22 EB"
    })
    void sizesReadAsPeopleWriteThem(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @Test
    void aDigestIsReadInEitherCaseAndWithItsPrefix() {
        String hex = "a9df0de055a6c023c200ed2b0811814d96d1943e38caf30e2c44ecf644ae106a";
        assertThat(Sha256.parse("sha256:" + hex.toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(new Sha256(hex));
        assertThatThrownBy(() -> new Sha256(hex.substring(1))).hasMessageContaining("64 lower-case hexadecimal digits");
    }

    @ParameterizedTest
    @CsvSource({
        "1967872,2.0M",
        "134515008,135M",
        "1100048384,1.1B",
        "7241732096,7.2B",
        "13015864320,13.0B",
        "999999999,1.0B"
    })
    void parametersReadAsPeopleWriteThem(long parameters, String label) {
        ModelCard card = new ModelCard(
                ModelId.parse("a/b"),
                java.util.List.of(),
                "d",
                parameters,
                "Q8_0",
                1,
                new ModelCard.Chat(ModelCard.Kind.BASE, Optional.empty()),
                new License("MIT", "https://spdx.org/licenses/MIT.html"),
                java.util.List.of(),
                new ModelFile("f.gguf", new Origin.Builtin("f"), java.util.OptionalLong.empty(), Optional.empty()));
        assertThat(card.parametersLabel()).isEqualTo(label);
    }

    @Test
    void aRateCountsOnlyWhatWasComputed() {
        RunRecord run = record(OptionalInt.of(100), OptionalInt.of(60), Optional.of(Duration.ofMillis(500)));
        assertThat(run.promptTokensPerSecond()).hasValue(80);
    }

    @Test
    void aRateIsUnknownWhereNothingWasComputedOrTimed() {
        assertThat(record(OptionalInt.of(9), OptionalInt.of(9), Optional.of(Duration.ofMillis(5)))
                        .promptTokensPerSecond())
                .isEmpty();
        assertThat(record(OptionalInt.of(9), OptionalInt.empty(), Optional.empty())
                        .promptTokensPerSecond())
                .isEmpty();
        assertThat(record(OptionalInt.empty(), OptionalInt.empty(), Optional.of(Duration.ofMillis(5)))
                        .promptTokensPerSecond())
                .isEmpty();
    }

    private static RunRecord record(OptionalInt prompt, OptionalInt cached, Optional<Duration> time) {
        return new RunRecord(
                UUID.randomUUID(),
                Instant.EPOCH,
                RunRecord.Kind.ANSWER,
                Optional.empty(),
                ModelId.parse("a/b"),
                Optional.empty(),
                "fake",
                "fake 1",
                Map.of(),
                new RunRecord.Tokens(prompt, OptionalInt.empty(), cached, OptionalInt.empty()),
                new RunRecord.Times(Optional.empty(), Optional.empty(), time, Optional.empty(), Optional.empty()),
                RunRecord.Memory.UNKNOWN,
                RunRecord.Gpu.UNKNOWN,
                RunRecord.Energy.UNKNOWN,
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void readsSizesAsPeopleWriteThem() {
        assertThat(ByteSize.parse("2 GB")).isEqualTo(new ByteSize(2_000_000_000L));
        assertThat(ByteSize.parse("1.5gb")).isEqualTo(new ByteSize(1_500_000_000L));
        assertThat(ByteSize.parse(" 2 GiB ")).isEqualTo(new ByteSize(2L << 30));
        assertThat(ByteSize.parse("4096")).isEqualTo(new ByteSize(4096));
        assertThat(ByteSize.parse("7 kB")).isEqualTo(new ByteSize(7000));
        assertThat(ByteSize.parse("0.0001 kB")).isEqualTo(new ByteSize(0));
        for (String wrong : new String[] {"", "GB", "-1 GB", "1 XB", "1 iB", "1e9", "99999999 EB", "1,5 GB"}) {
            assertThatThrownBy(() -> ByteSize.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
