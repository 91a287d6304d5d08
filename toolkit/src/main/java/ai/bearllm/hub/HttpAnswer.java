package ai.bearllm.hub;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** What a server answered, after the redirects that were followed. The body is empty where it went to a {@link BodySink}. */
public final class HttpAnswer {
    private final URI uri;
    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;

    HttpAnswer(URI uri, int status, HttpHeaders headers, byte[] body) {
        this.uri = uri;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** Who answered: the last address of the redirects. It may carry a signature: never show or store its query. */
    public URI uri() {
        return uri;
    }

    /** The status, for example 200. */
    public int status() {
        return status;
    }

    /** Whether the status is 200 to 299. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The headers. */
    public HttpHeaders headers() {
        return headers;
    }

    /** The first value of a header, in any case of its name; empty where it is absent or blank. */
    public Optional<String> header(String name) {
        return headers.firstValue(name).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** A header that holds a number of bytes; empty where it is absent or anything else. */
    public OptionalLong number(String name) {
        return header(name).map(Numbers::natural).orElse(OptionalLong.empty());
    }

    /** The body's bytes, a copy. */
    public byte[] bytes() {
        return body.clone();
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return status + " from " + Addresses.shown(uri);
    }
}
