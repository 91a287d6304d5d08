package ai.bearllm.hub.testhub;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** An answer under way, and the ways to break it. */
final class Reply {
    private final Socket socket;
    private final boolean headOnly;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Traffic traffic;
    private boolean keepsConnection = true;
    private long bytesPerSecond = Long.MAX_VALUE;

    Reply(Socket socket, boolean headOnly, Traffic traffic) {
        this.socket = socket;
        this.headOnly = headOnly;
        this.traffic = traffic;
    }

    /** Lets no more than this pass. */
    Reply pace(long perSecond) {
        bytesPerSecond = perSecond;
        return this;
    }

    Reply header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Reply headers(Map<String, String> more) {
        headers.putAll(more);
        return this;
    }

    boolean keepsConnection() {
        return keepsConnection;
    }

    void send(int status, String type, byte[] body) throws IOException {
        header("Content-Type", type);
        OutputStream out = head(status, body.length);
        if (!headOnly) {
            out.write(body);
        }
        out.flush();
    }

    void error(int status, String code, String message) throws IOException {
        if (!code.isEmpty()) {
            header("X-Error-Code", code);
        }
        header("X-Error-Message", message)
                .send(status, "application/json", Wire.utf8("{\"error\":\"" + message + "\"}"));
    }

    /** Sends the first {@code send} bytes of the body after a head that declares {@code declared}. */
    void stream(int status, long declared, InputStream body, long send) throws IOException {
        OutputStream out = head(status, declared);
        if (!headOnly) {
            traffic.begin();
            boolean counted = true;
            try {
                counted = copy(body, out, send);
            } finally {
                if (counted) {
                    traffic.end();
                }
            }
        }
        out.flush();
        keepsConnection &= send == declared;
    }

    /**
     * Whether it still counts as traffic: no more once its last slice is on its way, because the client may have that, and begin
     * the next, before this returns.
     */
    private boolean copy(InputStream body, OutputStream out, long send) throws IOException {
        boolean counted = true;
        // Twenty slices a second where it is slow.
        byte[] buffer = new byte[(int) Math.max(1, Math.min(64 * 1024, bytesPerSecond / 20))];
        long start = System.nanoTime();
        for (long sent = 0; sent < send; ) {
            int read = body.read(buffer, 0, (int) Math.min(buffer.length, send - sent));
            if (read < 0) {
                break;
            }
            sent += read;
            traffic.sent(read);
            if (sent == send) {
                traffic.end();
                counted = false;
            }
            out.write(buffer, 0, read);
            if (bytesPerSecond != Long.MAX_VALUE) {
                out.flush();
                long due = start + (long) (1e9 * sent / bytesPerSecond);
                java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
            }
        }
        return counted;
    }

    /** A body that never ends, until the client goes away. */
    void endless(int status) throws IOException {
        OutputStream out = head(status, -1);
        byte[] blanks = " ".repeat(64 * 1024).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        while (true) {
            out.write(blanks);
        }
    }

    /** Says nothing more, and keeps the connection until the client or the test ends it. */
    void stall() throws IOException {
        keepsConnection = false;
        // A client that gives up closes its side, which ends the read.
        if (socket.getInputStream().read() >= 0) {
            awaitForever();
        }
    }

    private static void awaitForever() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection with a reset instead of an orderly end. */
    void reset() throws IOException {
        keepsConnection = false;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private OutputStream head(int status, long length) throws IOException {
        OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 64 * 1024);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        } else {
            head.append("Connection: close\r\n");
            keepsConnection = false;
        }
        out.write(Wire.utf8(head + "\r\n"));
        return out;
    }

    private static String reason(int status) {
        return status < 300 ? "OK" : status < 400 ? "Elsewhere" : "Refused";
    }
}
