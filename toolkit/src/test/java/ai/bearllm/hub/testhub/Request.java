package ai.bearllm.hub.testhub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as it arrived.
 *
 * @param method for example {@code GET}
 * @param target as the client wrote it: a path and query, or a whole address where the client takes this for a proxy
 * @param headers by name in any case
 */
public record Request(String method, String target, Map<String, String> headers) {
    private static final int TLS_HANDSHAKE = 0x16;

    static Request read(InputStream in) throws IOException {
        in.mark(1);
        if (in.read() == TLS_HANDSHAKE) {
            throw new IOException("a client that speaks TLS");
        }
        in.reset();
        String first = Wire.line(in);
        if (first == null) {
            return null;
        }
        String[] words = first.split(" ");
        if (words.length != 3) {
            throw new IOException("not HTTP");
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = Wire.line(in); line != null && !line.isEmpty(); line = Wire.line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        return new Request(words[0], words[1], headers);
    }

    /** The host that the client believes to talk to, without its port. */
    public String host() {
        return headers.getOrDefault("host", "").replaceFirst(":[0-9]+$", "");
    }

    /** Whether the client takes this for a proxy. */
    public boolean isThroughProxy() {
        return target.contains("://") || method.equals("CONNECT");
    }

    /** The header's value. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The path as it was encoded. */
    public String path() {
        return isThroughProxy() && !method.equals("CONNECT")
                ? URI.create(target).getRawPath()
                : target.replaceFirst("\\?.*", "");
    }

    /** The decoded value of a parameter of the query, the first where it stands there several times. */
    public Optional<String> parameter(String name) {
        return parameters(name).stream().findFirst();
    }

    /** The decoded values of a parameter of the query. */
    public List<String> parameters(String name) {
        int question = target.indexOf('?');
        String query = question < 0 ? "" : target.substring(question + 1);
        return Arrays.stream(query.split("&"))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .toList();
    }
}
