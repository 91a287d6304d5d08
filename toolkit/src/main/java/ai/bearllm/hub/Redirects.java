package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for following an answer to another address.
 *
 * <p>The client's own following is not used: in JDK 17 it sends {@code Authorization} to the other host.
 */
final class Redirects {
    static final int MAX_HOPS = 10;
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    private Redirects() {}

    static boolean isRedirect(int status) {
        return STATUSES.contains(status);
    }

    /**
     * Where the answer points.
     *
     * @throws NetworkException where it points nowhere, to something else than http, or from https to http
     */
    static URI target(URI from, HttpHeaders headers) {
        Optional<String> location = headers.firstValue("location");
        if (location.isEmpty() || location.get().isBlank()) {
            throw refused(from, "redirects without saying where");
        }
        URI to;
        try {
            to = from.resolve(URI.create(Addresses.lenient(location.get())));
        } catch (IllegalArgumentException e) {
            throw refused(from, "redirects to something that is no address");
        }
        if (!Addresses.isHttp(to)) {
            throw refused(from, "redirects to something that is neither http nor https");
        }
        if (Addresses.scheme(from).equals("https") && Addresses.scheme(to).equals("http")) {
            throw refused(from, "redirects from https to unprotected http at " + Addresses.host(to));
        }
        return to;
    }

    static NetworkException tooMany(URI start) {
        return refused(start, "redirects more than " + MAX_HOPS + " times");
    }

    private static NetworkException refused(URI from, String what) {
        return new NetworkException(
                Reason.REDIRECT,
                Addresses.shown(from) + " " + what + ", which is not followed.",
                "Check HF_ENDPOINT, and whether a proxy or a login page of the network answers instead of the server.");
    }
}
