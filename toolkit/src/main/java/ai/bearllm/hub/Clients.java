package ai.bearllm.hub;

import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * The JDK's clients: one for https and one for http, each made at its first request. The first reads all the certificates that
 * Java trusts, which costs a quarter of a second of processor time and is of no use to who asks a server on this machine.
 */
final class Clients {
    /**
     * Measured on 1 GiB over loopback, hashed and written: a client with the JDK's own 16 KiB works twice as long. Arrays of this
     * size are still ordinary objects to a garbage collector with a heap of 64 MiB.
     */
    static final int BUFFER_BYTES = 256 << 10;

    private final Duration connectTimeout;
    private final ProxySelector proxies;
    private Optional<HttpClient> secure = Optional.empty();
    private Optional<HttpClient> plain = Optional.empty();

    Clients(Duration connectTimeout, ProxySelector proxies) {
        this.connectTimeout = connectTimeout;
        this.proxies = proxies;
        // The JDK reads this once, before its first client exists. A value that somebody chose stays.
        System.getProperties().putIfAbsent("jdk.httpclient.bufsize", Integer.toString(BUFFER_BYTES));
    }

    /** The one that speaks the address's scheme. */
    synchronized HttpClient of(URI uri) {
        if (Addresses.scheme(uri).equals("https")) {
            HttpClient client = secure.orElseGet(() -> builder().build());
            secure = Optional.of(client);
            return client;
        }
        HttpClient client =
                plain.orElseGet(() -> builder().sslContext(new WithoutTls()).build());
        plain = Optional.of(client);
        return client;
    }

    private HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .proxy(proxies);
    }

    /** What a client that speaks plain http has in place of the JDK's TLS; never asked for a connection. */
    private static final class WithoutTls extends SSLContext {
        WithoutTls() {
            super(new Nothing(), new Provider("ai.bearllm.none", "1", "no TLS") {}, "none");
        }
    }

    private static final class Nothing extends SSLContextSpi {
        private static UnsupportedOperationException refused() {
            return new UnsupportedOperationException("this client speaks http alone");
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return new SSLParameters(new String[0], new String[0]);
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return engineGetDefaultSSLParameters();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw refused();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw refused();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw refused();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw refused();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw refused();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw refused();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw refused();
        }
    }
}
