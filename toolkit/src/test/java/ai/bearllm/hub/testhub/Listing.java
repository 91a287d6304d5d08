package ai.bearllm.hub.testhub;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** An answer of the API: a page of a list that names the next one, and a name for what it says, so that it is sent once. */
final class Listing {
    private final Request request;
    private final Reply reply;
    private final URI endpoint;

    Listing(Request request, Reply reply, URI endpoint) {
        this.request = request;
        this.reply = reply;
        this.endpoint = endpoint;
    }

    void send(List<String> entries, int usual, int most) throws IOException {
        int from = request.parameter("cursor").map(Listing::position).orElse(0);
        int limit =
                Math.min(most, request.parameter("limit").map(Integer::parseInt).orElse(usual));
        int to = Math.min(entries.size(), from + limit);
        if (to < entries.size()) {
            String others = request.target().replaceFirst("[?&]cursor=[^&]*", "");
            String next = endpoint + others + (others.contains("?") ? "&" : "?") + "cursor=" + cursor(to);
            reply.header("Link", "<" + next + ">; rel=\"next\"");
        }
        send(entries.subList(Math.min(from, to), to).toString());
    }

    void send(String json) throws IOException {
        String etag = "W/\"" + Integer.toHexString(json.hashCode()) + "-" + json.length() + "\"";
        reply.header("ETag", etag);
        if (request.header("if-none-match").equals(Optional.of(etag))) {
            reply.send(304, "application/json", new byte[0]);
        } else {
            reply.send(200, "application/json; charset=utf-8", Wire.utf8(json));
        }
    }

    private static String cursor(int position) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("at:" + position).getBytes(StandardCharsets.US_ASCII));
    }

    private static int position(String cursor) {
        return Integer.parseInt(
                new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).substring(3));
    }
}
