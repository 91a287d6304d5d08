package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            "HTTPS_PROXY", "proxy.example:3128",
            "http_proxy", "http://plain.example",
            "NO_PROXY", "internal.example, .corp.example,ported.example:8443");

    private static String proxy(Map<String, String> environment, String uri) {
        return Proxies.of(environment).shown(URI.create(uri)).orElse("direct");
    }

    @Test
    void eachSchemeHasItsOwn() {
        assertThat(proxy(ENVIRONMENT, "https://huggingface.co/x")).isEqualTo("proxy.example:3128");
        assertThat(proxy(ENVIRONMENT, "http://huggingface.co/x")).isEqualTo("plain.example:80");
        assertThat(proxy(Map.of("ALL_PROXY", "http://all.example:1"), "https://x.example/"))
                .isEqualTo("all.example:1");
    }

    @Test
    void exceptionsAreNamesAndTheirSubdomains() {
        assertThat(proxy(ENVIRONMENT, "https://internal.example/")).isEqualTo("direct");
        assertThat(proxy(ENVIRONMENT, "https://hub.internal.example/")).isEqualTo("direct");
        assertThat(proxy(ENVIRONMENT, "https://hub.corp.example/")).isEqualTo("direct");
        assertThat(proxy(ENVIRONMENT, "https://notinternal.example/")).isEqualTo("proxy.example:3128");
        assertThat(proxy(ENVIRONMENT, "https://ported.example:8443/")).isEqualTo("direct");
        assertThat(proxy(ENVIRONMENT, "https://ported.example/")).isEqualTo("proxy.example:3128");
        assertThat(proxy(Map.of("HTTPS_PROXY", "p.example:1", "no_proxy", "*"), "https://x.example/"))
                .isEqualTo("direct");
    }

    @Test
    void thisMachineIsReachedDirectly() {
        for (String uri : new String[] {"http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:80/"}) {
            assertThat(proxy(ENVIRONMENT, uri)).isEqualTo("direct");
        }
    }

    @Test
    void whatIsNoAddressIsNoProxy() {
        assertThat(proxy(Map.of("HTTPS_PROXY", "socks5://p.example:1"), "https://x.example/"))
                .isEqualTo("direct");
        assertThat(proxy(Map.of("HTTPS_PROXY", "::::"), "https://x.example/")).isEqualTo("direct");
    }
}
