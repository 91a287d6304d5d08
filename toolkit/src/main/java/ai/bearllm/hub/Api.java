package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.progress.Cancellation;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the hub's API, and remembers what it said for when it cannot be reached. */
final class Api {
    static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;
    /** Where nobody answered at all; whoever answers badly is heard. */
    private static final Set<Reason> SILENT =
            EnumSet.of(Reason.OFFLINE, Reason.UNKNOWN_HOST, Reason.CONNECT, Reason.STALLED, Reason.BROKEN);

    private static final Pattern ETAG = Pattern.compile("(W/)?\"[\\x21\\x23-\\x7e]{1,200}\"");
    private static final Pattern NEXT =
            Pattern.compile("<([^<>\\s]{1,8000})>\\s*;[^<]*?\\brel\\s*=\\s*\"?next\"?", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUESTION = Pattern.compile("/api/models(/[\\w./%-]*)?\\?[\\x21-\\x7e]+");

    private final Http http;
    private final URI endpoint;
    private final Supplier<Optional<AccessToken>> token;
    private final Optional<AnswerCache> cache;

    Api(Http http, URI endpoint, Supplier<Optional<AccessToken>> token, Optional<AnswerCache> cache) {
        this.http = http;
        this.endpoint = endpoint;
        this.token = token;
        this.cache = cache;
    }

    /**
     * An answer of JSON, as far as its headers tell.
     *
     * @param body at most {@link #MAX_ANSWER_BYTES}
     * @param next the question for the next page; empty on the last
     * @param asOf when the hub said so, where it could not be reached now
     */
    record Said(String body, Optional<String> next, Optional<Instant> asOf) {}

    /**
     * Asks.
     *
     * @param question path and query
     * @param what is asked for, in words for people
     * @param repository {@code owner/name}; empty where the question is about no repository
     */
    Said ask(String question, String what, String repository, Cancellation cancellation) {
        Optional<AccessToken> secret = token.get();
        // What one account may see is not shown to another.
        String key = endpoint + question + "\n"
                + secret.map(AccessToken::fingerprint).orElse("");
        Optional<AnswerCache.Kept> kept = cache.flatMap(answers -> answers.find(key));
        HttpCall call = HttpCall.get(URI.create(endpoint + question))
                .header("Accept", "application/json")
                .token(secret);
        Optional<String> etag = kept.flatMap(AnswerCache.Kept::etag)
                .filter(text -> ETAG.matcher(text).matches());
        HttpAnswer answer;
        try {
            answer = http.read(
                    etag.isPresent() ? call.header("If-None-Match", etag.get()) : call, MAX_ANSWER_BYTES, cancellation);
        } catch (NetworkException e) {
            if (kept.isPresent() && SILENT.contains(e.reason())) {
                return said(kept.get(), Optional.of(kept.get().at()));
            }
            throw e;
        }
        if (answer.status() == 304 && kept.isPresent() && etag.isPresent()) {
            cache.ifPresent(answers -> answers.confirm(key));
            return said(kept.get(), Optional.empty());
        }
        if (!answer.isSuccess()) {
            throw Refusals.of(answer, what, repository, secret.isPresent());
        }
        requireJson(answer);
        byte[] body = answer.bytes();
        Optional<String> link = answer.header("link");
        cache.ifPresent(answers -> answers.keep(key, answer.header("etag"), link, body));
        return new Said(answer.text(), link.flatMap(Api::next), Optional.empty());
    }

    private static Said said(AnswerCache.Kept kept, Optional<Instant> asOf) {
        return new Said(kept.body(), kept.link().flatMap(Api::next), asOf);
    }

    /** A login page is told from an answer before anything is read into it. Servers that say nothing are listened to. */
    private static void requireJson(HttpAnswer answer) {
        String type = answer.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        boolean other = type.startsWith("text/html")
                || type.startsWith("application/xhtml")
                || type.startsWith("image/")
                || type.startsWith("video/")
                || type.startsWith("audio/");
        if (other) {
            throw new NetworkException(
                    Reason.INVALID,
                    Addresses.origin(answer.uri()) + " answered with " + Failures.brief(type)
                            + ", which is no answer of a hub: JSON was expected.",
                    "Check HF_ENDPOINT, and whether a proxy or a login page of the network answers instead of the hub.");
        }
    }

    /**
     * The next page, as the {@code Link} header has it (RFC 8288). Only its path and query count: a mirror's answer may name the
     * original, and nobody's answer leads elsewhere.
     */
    static Optional<String> next(String link) {
        Matcher matcher = NEXT.matcher(link);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String address = matcher.group(1);
        int at = address.indexOf("/api/models");
        String question = at < 0 ? "" : address.substring(at);
        return QUESTION.matcher(question).matches() && !question.contains("..")
                ? Optional.of(Addresses.lenient(question))
                : Optional.empty();
    }
}
