package ai.bearllm.hub;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One request to make.
 *
 * @param method {@code GET} or {@code HEAD}
 * @param uri where, http or https
 * @param headers besides those that {@link Http} sets; never {@code Authorization}
 * @param token sent to the host of {@code uri} alone, over https or to this machine
 */
public record HttpCall(Method method, URI uri, Map<String, String> headers, Optional<AccessToken> token) {
    private static final Set<String> RESERVED =
            Set.of("authorization", "proxy-authorization", "accept-encoding", "user-agent", "cookie", "host");

    public HttpCall {
        headers = Map.copyOf(headers);
        for (String name : headers.keySet()) {
            if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the header " + name + " is set by the HTTP rules");
            }
        }
    }

    /** What is asked of the server. */
    public enum Method {
        /** Head and body. */
        GET,
        /** The head alone. */
        HEAD
    }

    /** A plain GET. */
    public static HttpCall get(URI uri) {
        return new HttpCall(Method.GET, uri, Map.of(), Optional.empty());
    }

    /** A plain HEAD. */
    public static HttpCall head(URI uri) {
        return new HttpCall(Method.HEAD, uri, Map.of(), Optional.empty());
    }

    /** The same with one more header. */
    public HttpCall header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpCall(method, uri, more, token);
    }

    /** The same with a token. */
    public HttpCall token(Optional<AccessToken> secret) {
        return new HttpCall(method, uri, headers, secret);
    }
}
