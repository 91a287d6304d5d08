package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What servers write is read without surprises: a value, nothing, or one of our own failures. */
class HubParsersFuzzTest {
    private static final int ROUNDS = 1_000;
    private static final long SEED = System.nanoTime();
    private static final RandomGenerator RANDOM = new java.util.Random(SEED);

    private static final String REPOSITORY =
            "{\"id\":\"a/b\",\"sha\":\"0\",\"gated\":\"auto\",\"private\":false,\"tags\":[\"license:mit\"],\"likes\":3,"
                    + "\"lastModified\":\"2024-02-03T04:05:06.000Z\",\"siblings\":[{\"rfilename\":\"x.gguf\",\"size\":9,"
                    + "\"lfs\":{\"size\":9,\"sha256\":\"" + "0a".repeat(32) + "\"}}]}";

    @FunctionalInterface
    private interface Parser {
        void parse(String text);
    }

    private static void fuzz(String valid, Parser parser) {
        parser.parse(valid);
        for (int round = 0; round < ROUNDS; round++) {
            String text = damaged(valid);
            try {
                parser.parse(text);
            } catch (BearException expected) {
                assertThat(expected.fix()).isNotBlank();
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + SEED + ", input: " + text, e);
            }
        }
    }

    private static String damaged(String valid) {
        byte[] bytes = valid.getBytes(StandardCharsets.ISO_8859_1);
        for (int change = RANDOM.nextInt(4); change >= 0 && bytes.length > 0; change--) {
            bytes[RANDOM.nextInt(bytes.length)] = (byte) RANDOM.nextInt(256);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int cut = text.isEmpty() ? 0 : RANDOM.nextInt(text.length());
        return switch (RANDOM.nextInt(4)) {
            case 0 -> text.substring(0, cut);
            case 1 -> text.substring(cut) + text;
            case 2 -> text.substring(0, cut) + text.repeat(1 + RANDOM.nextInt(20)) + text.substring(cut);
            default -> text;
        };
    }

    @Test
    void repositories() {
        URI endpoint = URI.create("https://hub.example");
        fuzz(REPOSITORY, text -> {
            RepoInfo info = RepoJson.one(text, endpoint);
            assertThat(info.toString()).hasSizeLessThanOrEqualTo(80).doesNotContain("\n");
            assertThat(info.sheet().text()).isNotEmpty();
        });
        fuzz("[" + REPOSITORY + "," + REPOSITORY + "]", text -> RepoJson.many(text, endpoint));
        for (String text : List.of("[".repeat(20_000), "{\"id\":".repeat(20_000))) {
            assertThatThrownBy(() -> RepoJson.many(text, endpoint))
                    .isInstanceOf(NetworkException.class)
                    .hasMessageContaining("no JSON");
        }
    }

    @Test
    void waits() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        assertThat(RetryHint.retryAfter("Thu, 01 Jan 2026 00:00:30 GMT", now)).contains(Duration.ofSeconds(30));
        assertThat(RetryHint.retryAfter("Thu, 01 Jan 2015 00:00:30 GMT", now)).contains(Duration.ZERO);
        assertThat(RetryHint.retryAfter("999999999999999999", now)).contains(Duration.ofDays(1));
        assertThat(RetryHint.rateLimit("\"resolvers\";r=0;t=0")).contains(Duration.ofSeconds(1));
        for (String valid : List.of("120", "Thu, 01 Jan 2026 00:00:30 GMT")) {
            fuzz(valid, text -> RetryHint.retryAfter(text, now).ifPresent(HubParsersFuzzTest::requireWithinADay));
        }
        fuzz("\"api\";r=0;t=55", text -> RetryHint.rateLimit(text).ifPresent(HubParsersFuzzTest::requireWithinADay));
    }

    private static void requireWithinADay(Duration wait) {
        assertThat(wait).isBetween(Duration.ZERO, Duration.ofDays(1));
    }

    @Test
    void locations() {
        URI from = URI.create("https://hub.example/a/b/resolve/main/x.gguf");
        for (String valid :
                List.of("https://cdn.example/x?Signature=a%20b&Policy=c", "/api/resolve-cache/x", "//h/x")) {
            fuzz(valid, text -> {
                HttpHeaders headers = HttpHeaders.of(Map.of("location", List.of(text)), (name, value) -> true);
                URI to = Redirects.target(from, headers);
                assertThat(to.getScheme()).isEqualToIgnoringCase("https");
                assertThat(to.getHost()).isNotEmpty();
            });
        }
    }

    @Test
    void proxies() {
        fuzz("http://user:password@proxy.example:3128", text -> {
            Proxies proxies = Proxies.of(Map.of("HTTPS_PROXY", text, "NO_PROXY", damaged("a.example,.b.example:80")));
            URI uri = URI.create("https://hub.example/x");
            assertThat(proxies.select(uri)).hasSize(1);
            proxies.authorization(uri);
        });
    }

    @Test
    void numbers() {
        assertThat(Numbers.natural("0")).hasValue(0);
        assertThat(Numbers.natural("999999999999999999")).hasValue(999_999_999_999_999_999L);
        for (String text : List.of("", "-1", "+1", "1.0", "٣", "1000000000000000000", " 1")) {
            assertThat(Numbers.natural(text)).isEmpty();
        }
    }
}
