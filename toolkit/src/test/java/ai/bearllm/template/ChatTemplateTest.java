package ai.bearllm.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.template.TemplateException.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {
    private static final List<Map<String, Object>> HELLO = List.of(Map.of("role", "user", "content", "Hello"));

    private static String render(String template) {
        return ChatTemplate.parse(template).render(HELLO, Map.of());
    }

    private static TemplateException failure(String template) {
        return catchThrowableOfType(TemplateException.class, () -> render(template));
    }

    @Test
    void rendersTheBuiltInModelsTemplate() {
        ChatTemplate template = ChatTemplate.parse(Goldens.template("bear-tiny.jinja"));
        assertThat(template.render(HELLO, Map.of("add_generation_prompt", true)))
                .isEqualTo("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n");
    }

    @Test
    void aTemplateIsReadOnceAndRenderedOften() {
        ChatTemplate template = ChatTemplate.parse("{% set ns = namespace(n=0) %}{% for m in messages %}"
                + "{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}");
        assertThat(template.render(HELLO, Map.of())).isEqualTo("1");
        assertThat(template.render(HELLO, Map.of())).isEqualTo("1");
        assertThat(template.source()).contains("namespace(n=0)");
        assertThat(template.toString()).hasSizeLessThan(81);
    }

    @Test
    void theClockIsTheCallers() {
        Clock clock = Clock.fixed(Instant.parse("2024-02-29T23:59:00Z"), ZoneOffset.UTC);
        ChatTemplate template = ChatTemplate.parse("{{ strftime_now('%d %b %Y') }}");
        assertThat(template.withClock(clock).render(HELLO, Map.of())).isEqualTo("29 Feb 2024");
    }

    @Test
    void takesTheUsualJavaValues() {
        Map<String, Object> values = new HashMap<>();
        values.put("nothing", null);
        values.put("numbers", Arrays.asList(1, 2L, (short) 3, (byte) 4, 0.5, 0.25f, null));
        values.put("text", new StringBuilder("built"));
        assertThat(ChatTemplate.parse("{{ nothing }} {{ numbers }} {{ text }} {{ missing is defined }}")
                        .render(HELLO, values))
                .isEqualTo("None [1, 2, 3, 4, 0.5, 0.25, None] built False");
    }

    @Test
    void noOtherJavaObjectGetsIn() {
        assertThatThrownBy(() -> ChatTemplate.parse("{{ x }}").render(HELLO, Map.of("x", List.of(new Object()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x[0]");
        assertThatThrownBy(() -> ChatTemplate.parse("{{ x }}").render(HELLO, Map.of("x", Map.of(1, 2))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class TellsWhatIsWrong {
        @Test
        void withTheLineTheConstructAndWhatToDo() {
            TemplateException e = failure("first\n{{ 'x' }}\n{{ messages[0].content | xmlattr }}");
            assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
            assertThat(e.line()).isEqualTo(3);
            assertThat(e.construct()).isEqualTo("filter 'xmlattr'");
            assertThat(e.fix()).isNotBlank();
            assertThat(e).hasMessageContainingAll("Line 3", "xmlattr", e.problem(), e.fix());
        }

        @Test
        void inTheTemplatesOwnWords() {
            TemplateException e = failure("{{ raise_exception('Only one ' ~ 'at a time!') }}");
            assertThat(e.kind()).isEqualTo(Kind.RAISED);
            assertThat(e.problem()).isEqualTo("Only one at a time!");
            assertThat(e).hasMessageContaining("refuses these messages: \"Only one at a time!\"");
        }

        @Test
        void namingWhatIsUndefined() {
            assertThat(failure("{{ tools.name }}")).hasMessageContaining("'tools': it is undefined here");
            assertThat(failure("{{ messages[0].thinking.text }}")).hasMessageContaining("'thinking' of a dict");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{% include 'x' %}",
                    "{% import 'x' as y %}",
                    "{% extends 'x' %}",
                    "{% block a %}{% endblock %}",
                    "{% call m() %}{% endcall %}",
                    "{% do x %}",
                    "{% with a = 1 %}{% endwith %}",
                    "{% autoescape true %}{% endautoescape %}",
                    "{% for a in [] recursive %}{% endfor %}",
                    "{{ lipsum() }}",
                    "{{ cycler('a') }}",
                    "{{ ''|attr('x') }}",
                    "{{ [1] is escaped }}",
                    "{{ '%s' % 'x' }}",
                    "{{ '{:>10}'.format('x') }}",
                    "{{ '{0.__class__}'.format('x') }}",
                    "{{ ''.__class__ }}",
                    "{{ ''['__class__'] }}",
                    "{{ [].append(1) }}",
                    "{{ {}.update({}) }}",
                    "{{ 'x'.encode() }}",
                    "{{ range(*[1]) }}",
                    "{{ 0x10 }}",
                    "{{ 99999999999999999999 }}",
                    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
                })
        void whereSomethingIsNotKnown(String template) {
            TemplateException e = failure(template);
            assertThat(e).as(template).isNotNull();
            assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
            assertThat(e.line()).isEqualTo(1);
        }
    }

    @Test
    void anUnknownFilterMattersOnlyWhereItIsReached() {
        ChatTemplate template = ChatTemplate.parse("a{% if missing %}\n{{ missing | from_json is weird }}{% endif %}");
        assertThat(template.unknownConstructs()).containsExactly("filter 'from_json', line 2", "test 'weird', line 2");
        assertThat(template.render(HELLO, Map.of())).isEqualTo("a");
        assertThat(ChatTemplate.parse("{{ 1 }}").unknownConstructs()).isEmpty();
    }

    @Test
    void aLongConversationFitsTheBudget() {
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String role = i % 2 == 0 ? "user" : "assistant";
            messages.add(Map.of("role", role, "content", ("Turn " + i + " of many. ").repeat(200)));
        }
        for (String name : List.of("chatml-tools.jinja", "headers.jinja", "mistral.jinja", "turns.jinja")) {
            String text = ChatTemplate.parse(Goldens.template(name))
                    .render(messages, Map.of("add_generation_prompt", true, "bos_token", "", "eos_token", ""));
            assertThat(text).contains("Turn 0 of", "Turn 499 of").hasSizeGreaterThan(1_500_000);
        }
    }
}
