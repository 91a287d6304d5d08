package ai.bearllm.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.bearllm.template.TemplateException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates come from strangers. The timeouts only keep a hang from holding up the build. */
@Timeout(60)
class HostileTemplateTest {
    private static final List<Map<String, Object>> HELLO = List.of(Map.of("role", "user", "content", "Hello"));
    /** A list that holds itself twice, sixty levels deep: small, and endless to go through. */
    private static final String TWICE = "{% set ns = namespace(l=[1], k=[1]) %}{% for i in range(60) %}"
            + "{% set ns.l = [ns.l, ns.l] %}{% set ns.k = [ns.k, ns.k] %}{% endfor %}";

    private static TemplateException failure(String template) {
        return catchThrowableOfType(
                TemplateException.class, () -> ChatTemplate.parse(template).render(HELLO, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TWICE + "{{ ns.l }}",
                TWICE + "{{ ns.l | tojson }}",
                TWICE + "{{ ns.l | tojson(indent=2) }}",
                TWICE + "{{ ns.l | string | length }}",
                TWICE + "{{ ns.l ~ '' }}",
                TWICE + "{{ ns.l | join }}",
                TWICE + "{{ ns.l == ns.k }}",
                TWICE + "{{ ns.l < ns.k }}",
                TWICE + "{{ ns.l in [ns.k] }}",
                TWICE + "{{ [ns.l, ns.k] | sort }}",
                TWICE + "{{ [ns.l, ns.k] | max }}",
                TWICE + "{{ '{}'.format(ns.l) }}",
                "{% set ns = namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
                "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
                "{% set ns = namespace(s='a') %}{% for i in range(99) %}"
                        + "{% set ns.s = ns.s | replace('a', 'aa') %}{% endfor %}",
                "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
                "{% for a in range(99999) %}{{ range(99999) | list | length }}{% endfor %}",
                "{{ 'x' * 999999999999 }}",
                "{{ [1] * 999999999999 }}",
                "{{ 'x' | indent(999999999999) }}",
                "{{ [1] | tojson(indent=999999999999) }}",
                "{{ range(999999999999) }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(a=m()) %}{% endmacro %}{{ m() }}",
                "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
                "{% set s = 'ab' * 1000000 %}{% for i in range(9999) %}{{ 'b' * 20000 ~ 'a' in s }}{% endfor %}",
                "{% set s = 'ab' * 1000000 %}{% for i in range(9999) %}{{ s | length }}{% endfor %}",
                "{% set s = 'ab' * 1000000 %}{{ s | list | length }}",
                "{% set s = 'ab' * 1000000 %}{% for i in range(99) %}{{ s.split('a') | length }}{% endfor %}",
            })
    void endsWithinItsBudget(String template) {
        TemplateException e = failure(template);
        assertThat(e).as(template).isNotNull();
        assertThat(e.kind()).isEqualTo(Kind.LIMIT);
    }

    @Test
    void nestingEndsWithASentence() {
        List<String> deep = List.of(
                "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
                "{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}",
                "{{ " + "not ".repeat(50_000) + "1 }}",
                "{{ " + "-".repeat(50_000) + "1 }}",
                "{{ 1" + " if 1 else 1".repeat(50_000) + " }}",
                "{{ 1" + "+1".repeat(50_000) + " }}",
                "{{ messages" + "[0]".repeat(50_000) + " }}",
                "{{ 'x'" + "|trim".repeat(50_000) + " }}",
                "{{ 1 is " + "defined is ".repeat(50_000) + "defined }}",
                "{% if 1 %}".repeat(50_000) + "{% endif %}".repeat(50_000),
                "{% for " + "(".repeat(50_000) + "a" + ")".repeat(50_000) + " in [] %}{% endfor %}",
                "{% set x %}".repeat(5_000));
        for (String template : deep) {
            assertThat(failure(template)).as(template.substring(0, 40)).isNotNull();
        }
    }

    @Test
    void deepNestingFitsASmallStack() throws InterruptedException {
        String template = "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"
                + "{% set ns = namespace(l=[]) %}{% for i in range(400) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}";
        List<Object> outcome = new ArrayList<>();
        Thread small = new Thread(
                null,
                () -> outcome.add(ChatTemplate.parse(template).render(HELLO, Map.of())),
                "small stack",
                512 * 1024);
        small.setUncaughtExceptionHandler((thread, failure) -> outcome.add(failure));
        small.start();
        small.join();
        assertThat(outcome).hasSize(1).first().isEqualTo("[".repeat(401) + "]".repeat(401));
    }

    @Test
    void valuesThatHoldThemselvesAreRefused() {
        Map<String, Object> map = new HashMap<>();
        map.put("self", map);
        assertThatThrownBy(() -> ChatTemplate.parse("x").render(HELLO, map))
                .isInstanceOfSatisfying(
                        TemplateException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT));
    }

    @Test
    void aHugeTemplateIsRefused() {
        assertThat(failure("x".repeat(2_000_000)).kind()).isEqualTo(Kind.LIMIT);
    }

    private static final List<String> SCRAPS = List.of(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            "-",
            "+",
            "{% for m in messages %}",
            "{% endfor %}",
            "{% if ",
            "{% else %}",
            "{% endif %}",
            "{% set x %}",
            "{% endset %}",
            "{% macro m(a, b=1) %}",
            "{% endmacro %}",
            "{{ m(1) }}",
            "loop.",
            "[",
            "]",
            "(",
            ")",
            "{",
            "}",
            "'",
            "\"",
            "\\",
            "|",
            "|tojson",
            "|map(",
            "|sort",
            "|join(',')",
            "|unique|list",
            "|selectattr('role', '",
            "|int",
            "|float",
            "|indent(",
            "|replace('a', ",
            " is ",
            " not ",
            " in ",
            " and ",
            " or ",
            " if ",
            " else ",
            "==",
            "<",
            "~",
            "*",
            "**",
            "//",
            "%",
            "/",
            "0",
            "-1",
            "9999999999",
            "1e308",
            "'nan'|float",
            "none",
            "true",
            "missing",
            "messages",
            "x",
            "ns",
            ".",
            ",",
            ":",
            "::-1",
            "=",
            "namespace(",
            "range(",
            "dict(",
            ".items()",
            ".get(",
            ".split(",
            ".format(",
            ".strip(",
            "{% raw %}",
            "{% endraw %}",
            "{% break %}",
            "{% generation %}",
            "{% endgeneration %}",
            "{% filter upper %}",
            "{% endfilter %}",
            "\n",
            " ",
            "\t",
            "é",
            "🐻",
            "\u0000",
            "\ud83d",
            "raise_exception(",
            "strftime_now('%",
            "__class__");

    @Test
    void mutatedTemplatesOnlyFailAsTemplates() {
        Goldens goldens = Goldens.read();
        List<String> seeds = new ArrayList<>();
        goldens.pieces().forEach(piece -> seeds.add(piece.source()));
        goldens.cases().stream()
                .map(Goldens.Case::template)
                .distinct()
                .forEach(name -> seeds.add(Goldens.template(name)));
        List<List<Map<String, Object>>> conversations =
                List.copyOf(goldens.conversations().values());
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Map<Object, Integer> seen = new HashMap<>();
        for (int i = 0; i < 4_000; i++) {
            String template = mutated(seeds, random);
            try {
                ChatTemplate.parse(template)
                        .render(conversations.get(random.nextInt(conversations.size())), goldens.sample());
                seen.merge("rendered", 1, Integer::sum);
            } catch (TemplateException e) {
                assertThat(e.getMessage()).isNotBlank();
                seen.merge(e.kind(), 1, Integer::sum);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", template " + template, e);
            }
        }
        // Otherwise the mutations would test the lexer alone.
        assertThat(seen).containsKeys("rendered", Kind.SYNTAX, Kind.FAILED, Kind.UNSUPPORTED);
    }

    private static String mutated(List<String> seeds, RandomGenerator random) {
        StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
        int edits = 1 + random.nextInt(5);
        for (int i = 0; i < edits; i++) {
            int at = random.nextInt(text.length() + 1);
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, SCRAPS.get(random.nextInt(SCRAPS.size())));
                case 2 -> text.replace(at, end, SCRAPS.get(random.nextInt(SCRAPS.size())));
                default -> {
                    String other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length());
                    text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(40)));
                }
            }
        }
        return text.toString();
    }
}
