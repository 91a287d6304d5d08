package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.model.ByteSize;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Turns the HTTP client's failures into sentences. */
final class Failures {
    private Failures() {}

    static NetworkException of(Throwable failure, URI uri, Optional<String> proxy) {
        String server = Addresses.origin(uri);
        String nearest = proxy.map(p -> "the proxy " + p).orElse(server);
        if (find(failure, UnresolvedAddressException.class) != null
                || find(failure, UnknownHostException.class) != null) {
            return unknownHost(failure, uri, proxy);
        }
        if (find(failure, HttpConnectTimeoutException.class) != null || find(failure, ConnectException.class) != null) {
            boolean late = find(failure, HttpConnectTimeoutException.class) != null;
            return new NetworkException(
                    Reason.CONNECT,
                    "No connection to " + nearest
                            + (late ? ": it did not answer in time." : ": nothing answers there."),
                    "Check the network and the address; behind a proxy set HTTPS_PROXY.",
                    failure);
        }
        if (find(failure, SSLException.class) != null) {
            return tls(failure, server);
        }
        String message = words(failure);
        if (message.toLowerCase(Locale.ROOT).contains("tunnel failed")) {
            return proxyRefused(proxy, message, failure);
        }
        return new NetworkException(
                Reason.BROKEN,
                "The connection to " + nearest + " broke before the answer was complete (" + message + ").",
                "Try again; if it keeps happening, check the network, a VPN or a proxy between here and there.",
                failure);
    }

    static NetworkException proxyRefused(Optional<String> proxy, String how, @Nullable Throwable cause) {
        return new NetworkException(
                Reason.PROXY,
                "The proxy " + proxy.map(p -> p + " ").orElse("") + "refused the connection (" + how + ").",
                "Check HTTPS_PROXY and NO_PROXY. Where the proxy asks for a password, Java sends it only when started with"
                        + " -Djdk.http.auth.tunneling.disabledSchemes=\"\".",
                cause);
    }

    static NetworkException stalled(URI uri, Duration limit) {
        return new NetworkException(
                Reason.STALLED,
                Addresses.origin(uri) + " sent nothing for " + seconds(limit) + ".",
                "Try again; if it keeps happening, check the network, a VPN or a proxy between here and there.");
    }

    static NetworkException trickle(URI uri, Duration limit) {
        return new NetworkException(
                Reason.STALLED,
                Addresses.origin(uri) + " sent less than " + Watch.LEAST_BYTES_PER_SECOND + " bytes a second for "
                        + seconds(limit) + ".",
                "Try again; if it keeps happening, check the network, a VPN or a proxy between here and there.");
    }

    static NetworkException offline(URI uri, String who) {
        return new NetworkException(
                Reason.OFFLINE,
                Addresses.origin(uri) + " was not asked, because " + who + " forbids the network.",
                "Allow the network again (unset HF_HUB_OFFLINE, or bear.offline(false)), or use what is already here.");
    }

    static NetworkException encoded(URI uri, String encoding) {
        return new NetworkException(
                Reason.INVALID,
                Addresses.shown(uri) + " answered with the encoding \"" + brief(encoding)
                        + "\" although plain bytes were asked for.",
                "Something between here and the server changes answers; go around the proxy, or try another network.");
    }

    static NetworkException tooLarge(URI uri, int maxBytes) {
        return new NetworkException(
                Reason.TOO_LARGE,
                Addresses.origin(uri) + " answered with more than " + new ByteSize(maxBytes)
                        + ", the limit for this kind of answer.",
                "Check HF_ENDPOINT, and whether something else than the server answers.");
    }

    private static NetworkException unknownHost(Throwable failure, URI uri, Optional<String> proxy) {
        return new NetworkException(
                Reason.UNKNOWN_HOST,
                proxy.map(p -> "The proxy's name in " + p).orElse("The name " + Addresses.host(uri))
                        + " has no address here: there is no such host, or no network.",
                "Check the network connection and the spelling; what is already downloaded works without.",
                failure);
    }

    private static NetworkException tls(Throwable failure, String server) {
        boolean certificate =
                words(failure).contains("certification path") || words(failure).contains("PKIX");
        Reason reason =
                find(failure, SSLHandshakeException.class) != null || !isReset(failure) ? Reason.TLS : Reason.BROKEN;
        return new NetworkException(
                reason,
                "No trusted connection to " + server + " (" + words(failure) + ").",
                certificate
                        ? "Java does not know who signed the certificate; where a company's proxy signs it, add its"
                                + " certificate with -Djavax.net.ssl.trustStore."
                        : "Check that the address speaks https, and the machine's clock.",
                failure);
    }

    private static boolean isReset(Throwable failure) {
        String message = words(failure).toLowerCase(Locale.ROOT);
        return message.contains("reset") || message.contains("closed") || message.contains("terminated");
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < 10; depth++) {
            if (type.isInstance(current)) {
                return type.cast(current);
            }
            current = current.getCause();
        }
        return null;
    }

    /** The first message of the chain, or the type's name. */
    static String words(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < 10; depth++) {
            String message = current.getMessage();
            if (message != null && !message.isBlank() && !message.contains("Exception: ")) {
                return brief(message);
            }
            current = current.getCause();
        }
        return failure.getClass().getSimpleName();
    }

    /** Text from outside, short and without control characters. */
    static String brief(String text) {
        String plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
        return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
    }

    static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1000 ? millis + " ms" : (millis + 999) / 1000 + " s";
    }
}
