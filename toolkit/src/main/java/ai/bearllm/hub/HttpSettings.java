package ai.bearllm.hub;

import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * How requests are made.
 *
 * @param userAgent says to servers who asks, for example {@code bear-llm-ai/0.1.0}
 * @param connectTimeout for the connection alone
 * @param stallTimeout the longest time without a byte, in an answer's head and in its body
 * @param offline asked before each request; true forbids the network
 * @param environment the process's environment: {@code HF_HUB_OFFLINE}, {@code HTTPS_PROXY}, {@code HTTP_PROXY},
 *     {@code ALL_PROXY}, {@code NO_PROXY}
 */
public record HttpSettings(
        String userAgent,
        Duration connectTimeout,
        Duration stallTimeout,
        BooleanSupplier offline,
        Map<String, String> environment) {

    public HttpSettings {
        environment = Map.copyOf(environment);
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connectTimeout must be positive but was " + connectTimeout);
        }
        if (stallTimeout.isNegative() || stallTimeout.isZero()) {
            throw new IllegalArgumentException("stallTimeout must be positive but was " + stallTimeout);
        }
    }

    /** The usual settings: 10 s to connect, 30 s without a byte, offline only where the environment says so. */
    public static HttpSettings of(String userAgent, Map<String, String> environment) {
        return new HttpSettings(userAgent, Duration.ofSeconds(10), Duration.ofSeconds(30), () -> false, environment);
    }

    /** The same with another stall timeout. */
    public HttpSettings stallTimeout(Duration timeout) {
        return new HttpSettings(userAgent, connectTimeout, timeout, offline, environment);
    }

    /** The same with another connect timeout. */
    public HttpSettings connectTimeout(Duration timeout) {
        return new HttpSettings(userAgent, timeout, stallTimeout, offline, environment);
    }

    /** The same, asking this before each request; {@code HF_HUB_OFFLINE=1} forbids the network all the same. */
    public HttpSettings offline(BooleanSupplier forbidden) {
        return new HttpSettings(userAgent, connectTimeout, stallTimeout, forbidden, environment);
    }
}
