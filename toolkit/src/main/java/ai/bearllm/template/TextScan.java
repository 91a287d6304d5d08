package ai.bearllm.template;

import ai.bearllm.template.TemplateDanger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the text that a template writes: it goes into the prompt of every conversation, and nobody sees it there. */
final class TextScan {
    private static final String STEERS = "the model reads it in every conversation, and the user does not see it";
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)\\b(?:https?|ftp|wss?)://[^\\s\"'<>)\\]}]{3,}|\\bdata:[a-z]+/[a-z0-9.+-]+[;,]");
    private static final Pattern IMAGE = Pattern.compile("!\\[[^\\]]{0,100}\\]\\(\\s*(?:https?:|//)");
    private static final Pattern BLOB = Pattern.compile("[A-Za-z0-9+/]{200,}={0,2}");
    private static final Pattern STEERING = Pattern.compile(
            "(?i)\\b(?:ignore|disregard|forget)\\b.{0,20}\\b(?:previous|prior|above|earlier|other)\\b.{0,20}"
                    + "\\b(?:instructions?|prompts?|rules?|messages?)\\b"
                    + "|\\b(?:do not|don't|never)\\b.{0,15}\\b(?:tell|reveal|mention|inform|disclose)\\b.{0,30}"
                    + "\\b(?:users?|anyone|anybody)\\b"
                    + "|\\balways\\b.{0,15}\\b(?:recommend|promote|advertise|link|claim|insert|include a link)\\b"
                    + "|\\b(?:without|before)\\b.{0,15}\\b(?:telling|asking|informing)\\b.{0,10}\\buser\\b");
    /** Words of a language: what a user might write, not a marker or a key. */
    private static final Pattern WORDS = Pattern.compile("\\p{L}+(?:[ '-]\\p{L}+)+[?!.]?");

    private TextScan() {}

    static void text(String text, Token place, Dangers dangers) {
        note(
                ADDRESS.matcher(text),
                "template-address",
                "the address ",
                "the model may show it or fetch it",
                place,
                dangers);
        note(STEERING.matcher(text), "template-steering", "the instruction ", STEERS, place, dangers);
        note(BLOB.matcher(text), "template-blob", "a long text that is no language, ", STEERS, place, dangers);
        if (IMAGE.matcher(text).find()) {
            dangers.add(
                    Level.WARNING,
                    "template-address",
                    place,
                    "an image from the network",
                    "answers that copy it send what stands in its address to that server when they are shown");
        }
    }

    private static void note(Matcher matcher, String rule, String what, String effect, Token place, Dangers dangers) {
        if (matcher.find()) {
            dangers.add(Level.NOTE, rule, place, what + Dangers.quoted(matcher.group()), effect);
        }
    }

    /** Characters that do not show, or turn the order of writing around: what a reader sees is not what is there. */
    static void hidden(String source, Dangers dangers) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\n') {
                line++;
                lineStart = i + 1;
            } else if (c >= 0x7F && isHidden(source.codePointAt(i)) && i > 0) {
                dangers.add(
                        Level.WARNING,
                        "template-hidden",
                        line,
                        i - lineStart + 1,
                        String.format("the character U+%04X, which does not show", source.codePointAt(i)),
                        "a person who reads the template does not see what the model sees");
                return;
            }
        }
    }

    private static boolean isHidden(int c) {
        return c == 0x200B
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x2069)
                || c == 0xFEFF
                || (c >= 0xE0000 && c <= 0xE007F);
    }

    /** A test for words in a message: how a template behaves well until somebody asks the right question. */
    static void trigger(Expr test, IdentityHashMap<Object, Token> places, Dangers dangers) {
        Deque<Expr> left = new ArrayDeque<>(List.of(test));
        while (!left.isEmpty()) {
            Expr next = left.pop();
            if (next instanceof Expr.Constant constant
                    && constant.value() instanceof Value.Str text
                    && text.text().length() < 200
                    && WORDS.matcher(text.text()).matches()
                    && places.containsKey(constant)) {
                dangers.add(
                        Level.NOTE,
                        "template-trigger",
                        places.get(constant),
                        "a test for the words " + Dangers.quoted(text.text()),
                        "the prompt changes only in conversations that hold them");
            }
            left.addAll(Children.of(next));
        }
    }
}
