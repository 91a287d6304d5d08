package ai.bearllm.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.lab.Lab;
import org.junit.jupiter.api.Test;

class SpecialTokensTest {
    @Test
    void areNamedForTemplatesAndListedForMessages() {
        Gguf gguf = Gguf.read(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        SpecialTokens tokens = SpecialTokens.of(gguf);
        assertThat(tokens.named()).containsEntry("bos_token", "<s>").containsEntry("eos_token", "<|im_end|>");
        assertThat(tokens.control()).contains("<s>", "</s>", "<|im_start|>", "<|im_end|>");
        assertThat(tokens.control()).noneMatch(text -> text.startsWith("<0x") || text.isBlank());
    }
}
