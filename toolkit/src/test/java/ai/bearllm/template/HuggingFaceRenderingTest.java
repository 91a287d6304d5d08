package ai.bearllm.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every text as Hugging Face renders it, byte for byte, and a refusal wherever it fails. */
class HuggingFaceRenderingTest {
    /** What Python prints and we refuse by name: looks into the program, views of dicts, several subscripts. */
    private static final Set<String> REFUSED =
            Set.of("{{ x.items() }}", "{{ x.__class__ }}", "{{ x['__class__'] }}", "{{ l[1, 2] }}");

    private final Goldens goldens = Goldens.read();

    @TestFactory
    Stream<DynamicTest> conversationsRenderAsTheyDoThere() {
        return goldens.cases().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.template() + ", " + one.messages() + ", " + one.variables(), () -> compare(one)));
    }

    private void compare(Goldens.Case one) {
        ChatTemplate template = goldens.parse(Goldens.template(one.template()));
        var messages = goldens.conversations().get(one.messages());
        var variables = goldens.variables().get(one.variables());
        if (one.text().isPresent()) {
            assertThat(template.render(messages, variables))
                    .isEqualTo(one.text().get());
        } else {
            assertThatThrownBy(() -> template.render(messages, variables)).isInstanceOf(TemplateException.class);
        }
    }

    @TestFactory
    Stream<DynamicTest> piecesRenderAsTheyDoThere() {
        return goldens.pieces().stream().map(one -> DynamicTest.dynamicTest(one.source(), () -> compare(one)));
    }

    private void compare(Goldens.Piece one) {
        List<java.util.Map<String, Object>> messages = goldens.conversations().get("one question");
        if (REFUSED.contains(one.source())) {
            assertThatThrownBy(() -> goldens.parse(one.source()).render(messages, goldens.sample()))
                    .isInstanceOfSatisfying(
                            TemplateException.class,
                            e -> assertThat(e.kind()).isEqualTo(TemplateException.Kind.UNSUPPORTED));
        } else if (one.text().isPresent()) {
            assertThat(goldens.parse(one.source()).render(messages, goldens.sample()))
                    .isEqualTo(one.text().get());
        } else {
            assertThatThrownBy(() -> goldens.parse(one.source()).render(messages, goldens.sample()))
                    .isInstanceOf(TemplateException.class);
        }
    }
}
