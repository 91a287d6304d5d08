package ai.bearllm.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Takes the body of a successful answer while it arrives, on a thread of the HTTP client, one call at a time. Whatever it
 * throws ends the request and is thrown to the caller; after the request has ended it is not called again.
 */
public interface BodySink {
    /**
     * Called once, before the body, with the head of an answer of 200 to 299.
     *
     * @throws IOException or any unchecked exception, to refuse the body
     */
    void begin(HttpAnswer head) throws IOException;

    /** The next bytes, to be used up before the return. While this runs, the server is not held to the stall timeout. */
    void accept(List<ByteBuffer> bytes) throws IOException;
}
