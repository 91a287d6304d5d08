package ai.bearllm.hub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Which proxy a request takes: that of the JVM's properties where they name one, else that of the environment
 * ({@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code ALL_PROXY}, {@code NO_PROXY}, in either case). This machine is always
 * reached directly.
 *
 * <p>{@code NO_PROXY} holds names and suffixes of names with an optional port, or {@code *}; ranges of addresses are not
 * understood. SOCKS is not.
 */
final class Proxies extends ProxySelector {
    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    private final Map<String, String> environment;
    private final Optional<ProxySelector> virtualMachine;

    private Proxies(Map<String, String> environment, Optional<ProxySelector> virtualMachine) {
        this.environment = environment;
        this.virtualMachine = virtualMachine;
    }

    static Proxies of(Map<String, String> environment) {
        Properties properties = System.getProperties();
        boolean named = properties.getProperty("http.proxyHost") != null
                || properties.getProperty("https.proxyHost") != null
                || Boolean.parseBoolean(properties.getProperty("java.net.useSystemProxies"));
        return new Proxies(environment, named ? Optional.ofNullable(ProxySelector.getDefault()) : Optional.empty());
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (Addresses.isLoopback(Addresses.host(uri))) {
            return DIRECT;
        }
        if (virtualMachine.isPresent()) {
            return virtualMachine.get().select(uri);
        }
        return configured(uri)
                .map(proxy -> List.of(new Proxy(
                        Proxy.Type.HTTP,
                        InetSocketAddress.createUnresolved(Addresses.host(proxy), Addresses.port(proxy)))))
                .orElse(DIRECT);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        virtualMachine.ifPresent(selector -> selector.connectFailed(uri, address, failure));
    }

    /** The proxy that a request takes, as {@code host:port}; empty where it goes straight. */
    Optional<String> shown(URI uri) {
        return select(uri).stream()
                .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
                .filter(proxy -> proxy.address() instanceof InetSocketAddress)
                .map(proxy -> (InetSocketAddress) proxy.address())
                .map(address -> address.getHostString() + ":" + address.getPort())
                .findFirst();
    }

    /** The password that the environment holds for the proxy of a request, as its header; empty where there is none. */
    Optional<String> authorization(URI uri) {
        if (virtualMachine.isPresent() || Addresses.isLoopback(Addresses.host(uri))) {
            return Optional.empty();
        }
        return configured(uri)
                .map(URI::getUserInfo)
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<URI> configured(URI uri) {
        String variable = Addresses.scheme(uri).equals("https") ? "HTTPS_PROXY" : "HTTP_PROXY";
        Optional<String> named = variable(variable).or(() -> variable("ALL_PROXY"));
        return named.filter(value -> !isExcepted(uri)).flatMap(Proxies::address);
    }

    private Optional<String> variable(String name) {
        return Environment.value(environment, name.toLowerCase(Locale.ROOT))
                .or(() -> Environment.value(environment, name));
    }

    private boolean isExcepted(URI uri) {
        String host = Addresses.host(uri);
        String withPort = host + ":" + Addresses.port(uri);
        for (String entry : variable("NO_PROXY").orElse("").split("[,\\s]+", -1)) {
            String suffix = entry.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
            if (entry.equals("*") || (!suffix.isEmpty() && (ends(host, suffix) || ends(withPort, suffix)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean ends(String host, String suffix) {
        return host.equals(suffix) || host.endsWith("." + suffix);
    }

    /** A proxy is written {@code http://[user:password@]host:port}, or without the scheme. */
    private static Optional<URI> address(String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            return Addresses.isHttp(uri) ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
