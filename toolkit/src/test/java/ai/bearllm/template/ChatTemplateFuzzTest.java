package ai.bearllm.template;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.lab.Allocation;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whatever a template is: it is read or refused, and what was read renders or fails with the one exception. */
class ChatTemplateFuzzTest {
    private static final List<Map<String, String>> MESSAGES = List.of(
            Map.of("role", "system", "content", "Be short."),
            Map.of("role", "user", "content", "Hello"),
            Map.of("role", "assistant", "content", "Hi."),
            Map.of("role", "user", "content", " {{ x }} "));
    private static final Map<String, Object> VARIABLES =
            Map.of("add_generation_prompt", true, "bos_token", "<s>", "eos_token", "</s>");

    /** Runs its saved inputs in every build; looks for new ones where {@code JAZZER_FUZZ=1} is set. */
    @FuzzTest(maxDuration = "2h")
    void rendersOrRefuses(byte[] bytes) {
        String source = new String(bytes, StandardCharsets.UTF_8);
        ChatTemplate[] template = new ChatTemplate[1];
        Allocation.bounded(bytes.length, () -> template[0] = parsed(source));
        if (template[0] != null) {
            try {
                assertThat(template[0].render(MESSAGES, VARIABLES)).isNotNull();
            } catch (TemplateException e) {
                assertThat(e.fix()).isNotBlank();
            }
        }
    }

    private static @Nullable ChatTemplate parsed(String source) {
        try {
            return ChatTemplate.parse(source);
        } catch (TemplateException e) {
            assertThat(e.problem()).isNotBlank();
            return null;
        }
    }
}
