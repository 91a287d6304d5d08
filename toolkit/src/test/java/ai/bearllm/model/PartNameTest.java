package ai.bearllm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartNameTest {
    @Test
    void aPartTellsItsNumberAndTheNamesOfTheOthers() {
        PartName part = PartName.of("folder/big-Q4_K_M-00002-of-00003.gguf").orElseThrow();

        assertThat(part).isEqualTo(new PartName("folder/big-Q4_K_M", 2, 3));
        assertThat(part.part(1).name()).isEqualTo("folder/big-Q4_K_M-00001-of-00003.gguf");
        assertThat(part.all())
                .extracting(PartName::name)
                .containsExactly(
                        "folder/big-Q4_K_M-00001-of-00003.gguf",
                        "folder/big-Q4_K_M-00002-of-00003.gguf",
                        "folder/big-Q4_K_M-00003-of-00003.gguf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "model.gguf",
                "m-00000-of-00003.gguf",
                "m-00004-of-00003.gguf",
                "m-00001-of-00000.gguf",
                "m-00001-of-65536.gguf",
                "m-00001-of-99999.gguf",
                "m-1-of-3.gguf",
                "m-000001-of-000003.gguf",
                "m-00001-of-000003.gguf",
                "m-99999999999-of-99999999999.gguf",
                "m--0001-of-00003.gguf",
                "m-00001-of-00003",
                "m-00001-of-00003.GGUF",
                "m-00001-of-00003.gguf\n",
                "m-\u0660\u0660\u0660\u0660\u0661-of-\u0660\u0660\u0660\u0660\u0663.gguf"
            })
    void whatIsNoPartsNameSaysNothing(String name) {
        assertThat(PartName.of(name)).isEmpty();
    }

    @Test
    void theOnlyPartIsNotOneOfSeveral() {
        assertThat(PartName.of("m-00001-of-00001.gguf")).contains(new PartName("m", 1, 1));
        assertThat(PartName.ofSeveral("m-00001-of-00001.gguf")).isEmpty();
        assertThat(PartName.ofSeveral("m-00001-of-00002.gguf")).isPresent();
    }

    @Test
    void theLargestCountIsWhatTheFormatCanHold() {
        assertThat(PartName.of("m-65535-of-65535.gguf").orElseThrow().all()).hasSize(PartName.MOST);
    }

    @Test
    void theStemIsWhatStandsBeforeNumberAndEnding() {
        assertThat(PartName.stem("m-00000-of-00009.gguf")).isEqualTo("m");
        assertThat(PartName.stem("m-00001-of-00009")).isEqualTo("m");
        assertThat(PartName.stem("m.gguf")).isEqualTo("m");
        assertThat(PartName.stem("m.v1")).isEqualTo("m.v1");
    }

    @Test
    void aNameBelongsToANumberWithinTheCount() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PartName("m", 0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartName("m", 4, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartName("m", 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new PartName("m", 1, 65_536));
    }

    @Test
    void everyNameThatIsReadIsWrittenTheSame() {
        Random random = new Random(20261123);
        String letters = "-of0123\n.gu\u00e9/";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int n = random.nextInt(8); n > 0; n--) {
                name.append(letters.charAt(random.nextInt(letters.length())));
            }
            int count = random.nextInt(70_000);
            name.append(String.format("-%05d-of-%05d.gguf", random.nextInt(70_000) % (count + 2), count));
            String text = name.toString();
            PartName.of(text).ifPresent(part -> assertThat(part.name()).isEqualTo(text));
        }
    }
}
