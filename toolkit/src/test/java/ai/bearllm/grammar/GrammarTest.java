package ai.bearllm.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {
    private static void assertAccepts(String gbnf, String... texts) {
        Grammar grammar = Grammar.parse(gbnf);
        for (String text : texts) {
            assertThat(grammar.accepts(text)).as("%s accepts %s", gbnf, text).isTrue();
            assertThat(Grammar.parse(grammar.normalized()).accepts(text))
                    .as("%s accepts %s", grammar.normalized(), text)
                    .isTrue();
        }
    }

    private static void assertRejects(String gbnf, String... texts) {
        Grammar grammar = Grammar.parse(gbnf);
        for (String text : texts) {
            assertThat(grammar.accepts(text)).as("%s accepts %s", gbnf, text).isFalse();
        }
    }

    @Test
    void readsLiteralsClassesAndEscapes() {
        assertAccepts("root ::= \"a\\\"\\\\\\n\\t\\x41\\u00e9\\U0001F43B\"", "a\"\\\n\tAé🐻");
        assertAccepts("root ::= [a-c\\]\\[^-]", "b", "]", "[", "^", "-");
        assertRejects("root ::= [a-c]", "d", "", "ab");
        assertAccepts("root ::= [^a-c]", "d", "🐻", "\n");
        assertRejects("root ::= [^a-c]", "b");
        assertAccepts("root ::= .", "x", "\n", "漢");
        assertAccepts("root ::= \"new\nline\"", "new\nline");
    }

    @Test
    void readsGroupsAlternativesAndRepetitions() {
        assertAccepts("root ::= (\"a\" | \"b\")+ x?\nx ::= \"x\"", "a", "abbax");
        assertRejects("root ::= (\"a\" | \"b\")+ x?\nx ::= \"x\"", "x", "axx");
        assertAccepts("root ::= \"ab\"{2}", "abab");
        assertAccepts("root ::= \"a\"{2,}", "aa", "aaaaa");
        assertAccepts("root ::= \"a\"{ 1 , 3 }", "a", "aaa");
        assertRejects("root ::= \"a\"{1,3}", "", "aaaa");
        assertAccepts("root ::= \"a\"{0}", "");
        assertAccepts("root ::= \"a\" | ", "", "a");
        assertAccepts("root ::=", "");
        assertAccepts("root ::= \"(\" root \")\" | \"x\"", "((x))");
    }

    @Test
    void readsCommentsAndLinesAsTheLibraryDoes() {
        assertAccepts(
                "# first\nroot ::= # comment\n  \"a\" | # other\n  \"b\" ( # open\n \"c\"\n | \"d\" )\r\n\n# end",
                "a",
                "bc");
        assertThatThrownBy(() -> Grammar.parse("root ::= \"a\"\n | \"b\"")).isInstanceOf(GrammarException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "''~1~1~root",
                "x ::= \"a\"~1~1~root",
                "root ::= y~1~10~\"y\"",
                "root ::= \"a~1~10~does not end",
                "root ::= [a~1~10~does not end",
                "root ::= []~1~10~no character",
                "root ::= [^]~1~10~no character",
                "root ::= [\\x00]~1~10~no character",
                "root ::= [z-a]~1~14~is empty",
                "root ::= \"\\q\"~1~11~unknown",
                "root ::= \"\\x4\"~1~11~hexadecimal",
                "root ::= \"\\UFFFFFFFF\"~1~11~no character",
                "root ::= \"\\x00\"~1~11~no text",
                "root ::= \"\\uD800\"~1~11~no text",
                "root ::= *~1~10~nothing that could be repeated",
                "root ::= \"\" +~1~13~nothing that could be repeated",
                "root ::= \"a\"{3,2}~1~17~never",
                "root ::= \"a\"{99999999999}~1~25~too long",
                "root ::= \"a\"{x}~1~14~number",
                "root ::= (\"a\"~1~14~close the group",
                "root ::= \"a\") ~1~13~should end",
                "root = \"a\"~1~6~::=",
                "root ::= root \"a\"~1~1~begins with itself",
                "root ::= (\"a\"?)*~1~16~may be empty",
                "root ::= (\"a\"*)+~1~16~may be empty",
                "%llguidance {}~1~1~name of a rule",
            })
    void saysWhereAGrammarIsWrong(String gbnf, int line, int column, String words) {
        assertThatThrownBy(() -> Grammar.parse(gbnf)).isInstanceOfSatisfying(GrammarException.class, e -> {
            assertThat(e.problem() + e.fix()).contains(words);
            assertThat(e.fix()).isNotBlank();
            assertThat(e.line()).as(e.problem()).isEqualTo(line);
            assertThat(e.column()).as(e.problem()).isEqualTo(column);
        });
    }

    @Test
    void tellsTheLineOfAnErrorFurtherDown() {
        assertThatThrownBy(() -> Grammar.parse("root ::= a\r\na ::= b\n\n  # c\nb ::= \"x\" $"))
                .isInstanceOfSatisfying(GrammarException.class, e -> {
                    assertThat(e.line()).isEqualTo(5);
                    assertThat(e.column()).isEqualTo(11);
                });
    }

    @Test
    void refusesARuleThatIsDefinedTwice() {
        assertThatThrownBy(() -> Grammar.parse("root ::= \"a\"\nroot ::= \"b\""))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root ::= a\na ::= b \"x\"\nb ::= c | \"y\"\nc ::= d? a\nd ::= \"z\"",
                "root ::= a b root\na ::= c\nc ::= \"\"\nb ::= a | \"\"",
                "root ::= x x\nx ::= y*\ny ::= z\nz ::= \"\" | \"a\"",
            })
    void findsLeftRecursionBehindRulesThatMayBeEmpty(String gbnf) {
        assertThatThrownBy(() -> Grammar.parse(gbnf)).isInstanceOf(GrammarException.class);
    }

    private static String chain(int length, String form) {
        StringBuilder gbnf = new StringBuilder("root ::= r0\n");
        for (int i = 0; i < length; i++) {
            gbnf.append("r" + i + " ::= " + form.replace("?", "r" + (i + 1)) + "\n");
        }
        return gbnf.append("r" + length + " ::= \"x\"").toString();
    }

    @Test
    void refusesWhatTheLibraryWouldTakeForEverFor() {
        for (String gbnf : new String[] {
            chain(40, "? \"a\" | ? \"b\""),
            chain(3_000, "?"),
            "root ::= \"a\"{9000} \"b\"{9000}\n" + "x ::= \"abc\"{10000} ".repeat(1) + "\"abcdefghijklmnopqrst\"{9999}",
            "root ::= ((((\"a\"{0,99}){0,99}){0,99}){0,99})\n",
            "root ::= " + "(".repeat(200) + "\"a\"" + ")".repeat(200),
            "root ::= \"" + "a".repeat(2 << 20) + "\"",
        }) {
            assertThatThrownBy(() -> Grammar.parse(gbnf)).isInstanceOf(GrammarException.class);
        }
        assertThat(Grammar.parse(chain(1_000, "?")).accepts("x")).isTrue();
    }

    @Test
    void readsALargeGrammarInTimeThatGrowsWithIt() {
        StringBuilder gbnf = new StringBuilder("root ::= ");
        for (int i = 0; i < 9_000; i++) {
            gbnf.append("\"").append(i).append("\" | ");
        }
        assertThat(Grammar.parse(gbnf.append("\"end\"").toString()).accepts("8999"))
                .isTrue();
    }

    @Test
    void knowsWhereATextMayEnd() {
        GrammarMatcher begin = Grammar.parse("root ::= \"ab\" \"c\"?").matcher();
        assertThat(begin.complete()).isFalse();
        GrammarMatcher ab = begin.accept("a").accept("b");
        assertThat(ab.complete()).isTrue();
        assertThat(ab.finished()).isFalse();
        assertThat(ab.accept("c").finished()).isTrue();
        assertThat(ab.accept("d").dead()).isTrue();
        assertThat(begin.complete()).isFalse();
    }

    @Test
    void givesUpOnATextThatItCanReadInTooManyWays() {
        Grammar doubling = Grammar.parse("root ::= \"a\" root | \"a\" root \"b\" | \"a\" root \"c\" | \"x\"");
        assertThat(doubling.accepts("aaxb")).isTrue();
        assertThatThrownBy(() -> doubling.accepts("a".repeat(60)))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("ways");
    }

    @Test
    void walksOnlyThroughTextsThatItAccepts() {
        long seed = RandomGenerator.getDefault().nextLong();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Grammar grammar =
                Grammar.parse("root ::= item (\",\" item)*\nitem ::= [a-z]{1,3} | \"(\" root \")\" | [^a-z(),]");
        for (int i = 0; i < 200; i++) {
            Walk.text(grammar, random)
                    .ifPresent(text -> assertThat(grammar.accepts(text))
                            .as("seed %d: %s", seed, text)
                            .isTrue());
        }
    }

    @Test
    void isShownOnOneLine() {
        Grammar grammar = Grammar.parse("root ::= x+\nx ::= \"a\"");
        assertThat(grammar).hasToString("grammar: root ::= x+ x ::= \"a\"");
        assertThat(grammar.sheet().rows()).hasSize(2);
    }
}
