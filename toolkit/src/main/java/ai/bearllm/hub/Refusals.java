package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the statuses of a hub, and its {@code X-Error-Code}, into sentences. */
final class Refusals {
    private Refusals() {}

    /**
     * @param answer one that is no success
     * @param what what was asked for, in words for people, for example {@code "the file a.gguf of TheBloke/x"}
     * @param repository {@code owner/name}; empty where the question was about no repository
     */
    static NetworkException of(HttpAnswer answer, String what, String repository, boolean hadToken) {
        String server = Addresses.origin(answer.uri());
        Optional<String> code = answer.header("x-error-code");
        if (code.isPresent() && !repository.isEmpty()) {
            Optional<NetworkException> known = coded(code.get(), what, repository, server, hadToken);
            if (known.isPresent()) {
                return known.get();
            }
        }
        int status = answer.status();
        if (status == 401) {
            return unauthorized(answer.uri(), what, hadToken);
        }
        if (status == 403) {
            return new NetworkException(
                    Reason.FORBIDDEN,
                    server + " refuses " + what + " (403).",
                    "Check that the token's account may read it, and that the token has permission to read.");
        }
        if (status == 404 || status == 410) {
            return new NetworkException(
                    Reason.NOT_FOUND,
                    server + " does not have " + what + " (" + status + ").",
                    "Check the spelling; it may have been renamed, moved or made private.");
        }
        if (status == 429) {
            return rateLimited(answer, server, hadToken);
        }
        if (status == 408 || status >= 500) {
            return server(answer, server, what);
        }
        return new NetworkException(
                Reason.REFUSED,
                server + " answered the question for " + what + " with " + status + said(answer) + ".",
                "Check HF_ENDPOINT, and whether something else than the server answers.");
    }

    private static Optional<NetworkException> coded(
            String code, String what, String repository, String server, boolean hadToken) {
        return switch (code) {
            case "RepoNotFound" ->
                Optional.of(new NetworkException(
                        Reason.NOT_FOUND,
                        "There is no repository " + repository + " at " + server + ", or it is private.",
                        hadToken
                                ? "Check the spelling, and that the token's account may read it."
                                : "Check the spelling; for a private repository set HF_TOKEN."));
            case "RevisionNotFound" ->
                Optional.of(new NetworkException(
                        Reason.NOT_FOUND,
                        "The revision asked for does not exist: " + what + ".",
                        "Check the commit, branch or tag; the repository may have been rewritten."));
            case "EntryNotFound" ->
                Optional.of(new NetworkException(
                        Reason.NOT_FOUND,
                        "There is no such file: " + what + ".",
                        "List the repository's files and check the spelling; upper and lower case differ."));
            case "GatedRepo" ->
                Optional.of(new NetworkException(
                        Reason.FORBIDDEN,
                        repository + " is gated: its owner shares it only with those who accepted the terms.",
                        "Accept the terms at " + server + "/" + repository + ", "
                                + (hadToken
                                        ? "with the account that the token belongs to."
                                        : "then set HF_TOKEN to a token of that account.")));
            case "DisabledRepo" ->
                Optional.of(new NetworkException(
                        Reason.FORBIDDEN,
                        repository + " has been disabled at " + server + ".",
                        "Choose another source of this model."));
            default -> Optional.empty();
        };
    }

    private static NetworkException unauthorized(URI uri, String what, boolean hadToken) {
        String fix = "For something private or gated set HF_TOKEN; otherwise check the spelling.";
        if (hadToken) {
            fix = Http.maySend(uri)
                    ? "Check HF_TOKEN and the token file: the token may have expired or been revoked."
                    : "The token was held back, because the address is not encrypted; use https.";
        }
        return new NetworkException(
                Reason.UNAUTHORIZED, Addresses.origin(uri) + " wants to know who asks for " + what + " (401).", fix);
    }

    private static NetworkException rateLimited(HttpAnswer answer, String server, boolean hadToken) {
        @Nullable Duration wait = RetryHint.of(answer, Instant.now()).orElse(null);
        return new NetworkException(
                Reason.RATE_LIMITED,
                server + " has been asked too often (429).",
                (wait == null ? "Wait a few minutes" : "Wait " + Failures.seconds(wait))
                        + (hadToken ? "." : "; a token (HF_TOKEN) raises the limit."),
                wait,
                null);
    }

    private static NetworkException server(HttpAnswer answer, String server, String what) {
        return new NetworkException(
                Reason.SERVER,
                server + " failed when asked for " + what + " (" + answer.status() + said(answer) + ").",
                "Try again in a few minutes; the failure is the server's.",
                RetryHint.of(answer, Instant.now()).orElse(null),
                null);
    }

    private static String said(HttpAnswer answer) {
        return answer.header("x-error-message")
                .map(message -> ": " + Failures.brief(message))
                .orElse("");
    }
}
