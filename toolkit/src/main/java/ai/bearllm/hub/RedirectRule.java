package ai.bearllm.hub;

import java.util.Optional;

/** Which redirects a request follows; those that {@link Redirects} refuses are never followed. */
@FunctionalInterface
interface RedirectRule {
    /** All of them. */
    RedirectRule FOLLOW = answer -> true;

    /**
     * Only from one place of a hub to another, for example after a repository was renamed: where an answer describes the file
     * behind it, or points to another host, the answer itself is what was asked for.
     */
    RedirectRule WITHIN_HUB = answer -> {
        Optional<String> location = answer.header("location");
        return answer.header("x-linked-etag").isEmpty()
                && location.isPresent()
                && Addresses.sameOrigin(answer.uri(), Redirects.target(answer.uri(), answer.headers()));
    };

    /** Whether this answer's redirect is followed. */
    boolean follows(HttpAnswer answer);
}
