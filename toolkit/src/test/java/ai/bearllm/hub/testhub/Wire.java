package ai.bearllm.hub.testhub;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * A web server over plain sockets on 127.0.0.1: unlike the JDK's it can break its own answers at any byte and in any way.
 */
final class Wire implements AutoCloseable {
    private final ServerSocket server;
    private final Handler handler;
    private final Traffic traffic = new Traffic();
    private final Set<Socket> open = Collections.synchronizedSet(new HashSet<>());

    Wire(Handler handler) throws IOException {
        this.handler = handler;
        this.server = new ServerSocket(0, 64, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start("test-hub", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    Traffic traffic() {
        return traffic;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                start("test-hub-connection", () -> serve(socket));
            } catch (IOException e) {
                // Closed, or a client that went away at once.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean more = true;
            while (more && !server.isClosed()) {
                Request request = Request.read(in);
                if (request == null) {
                    return;
                }
                Reply reply = new Reply(socket, request.method().equals("HEAD"), traffic);
                handler.handle(request, reply);
                more = reply.keepsConnection();
            }
        } catch (IOException e) {
            // The client went away, or the test wanted it so.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (open) {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /** Answers requests. */
    @FunctionalInterface
    interface Handler {
        void handle(Request request, Reply reply) throws IOException;
    }

    /** A line of at most 64 KiB without its end; null where the stream ended before. */
    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c; (c = in.read()) >= 0 && line.length() < 65_536; ) {
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return null;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
