package ai.bearllm.hub;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What is done with addresses: shown without secrets, compared, percent-encoded. */
final class Addresses {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private static final String ALLOWED = UNRESERVED + ":/?#[]@!$&'()*+,;=%";
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "[::1]", "::1", "[0:0:0:0:0:0:0:1]");
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private Addresses() {}

    /** Scheme, host, port and path: no user, no query, no fragment, because those carry secrets. */
    static String shown(URI uri) {
        String path = Optional.ofNullable(uri.getRawPath()).orElse("");
        return origin(uri) + (path.length() > 160 ? path.substring(0, 160) + "…" : path);
    }

    /** Scheme, host and port, for example {@code https://huggingface.co}. */
    static String origin(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return scheme(uri) + "://" + host(uri) + port;
    }

    static String scheme(URI uri) {
        return Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    }

    static String host(URI uri) {
        return Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
    }

    static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : scheme(uri).equals("https") ? 443 : 80;
    }

    /** Whether a secret for one is meant for the other: the same scheme, host and port. */
    static boolean sameOrigin(URI one, URI other) {
        return scheme(one).equals(scheme(other)) && host(one).equals(host(other)) && port(one) == port(other);
    }

    static boolean isHttp(URI uri) {
        return (scheme(uri).equals("http") || scheme(uri).equals("https"))
                && !host(uri).isEmpty();
    }

    /** Whether the address is this machine, as far as its text tells. */
    static boolean isLoopback(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return LOOPBACK_NAMES.contains(lower) || LOOPBACK.matcher(lower).matches();
    }

    /** Everything but letters, digits and {@code - . _ ~} as {@code %XX}. */
    static String encoded(String text) {
        return encoded(text, UNRESERVED);
    }

    /** What servers write into {@code Location} without encoding it, encoded; the rest stays. */
    static String lenient(String location) {
        return encoded(location.strip(), ALLOWED);
    }

    private static String encoded(String text, String untouched) {
        StringBuilder result = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (untouched.indexOf(c) >= 0) {
                result.append(c);
            } else {
                result.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
            }
        }
        return result.toString();
    }
}
