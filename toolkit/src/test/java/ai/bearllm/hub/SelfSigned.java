package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server on 127.0.0.1 whose certificate it signed itself; whoever trusts its key store is answered, the same to every request. */
public final class SelfSigned implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final SSLServerSocket server;
    private final String answer;

    private SelfSigned(SSLServerSocket server, String answer) {
        this.server = server;
        this.answer = answer;
    }

    /** One that nobody trusts. */
    public static SelfSigned start() throws Exception {
        Path folder = Files.createTempDirectory("self-signed");
        try {
            return start(folder.resolve("keys.p12"), "");
        } finally {
            Files.deleteIfExists(folder.resolve("keys.p12"));
            Files.delete(folder);
        }
    }

    /**
     * One that answers.
     *
     * @param store where its key store is left, for those who shall trust it; its password is {@code changeit}
     * @param answer head and body, as they go over the wire
     */
    public static SelfSigned start(Path store, String answer) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "x",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SelfSigned started = new SelfSigned(
                (SSLServerSocket) context.getServerSocketFactory()
                        .createServerSocket(0, 8, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})),
                answer);
        Thread thread = new Thread(started::accept, "self-signed");
        thread.setDaemon(true);
        thread.start();
        return started;
    }

    /** An address at it. */
    public URI address() {
        return URI.create("https://127.0.0.1:" + server.getLocalPort() + "/x");
    }

    private void accept() {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.setSoTimeout(10_000);
                socket.startHandshake();
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                String line = answer.isEmpty() ? null : request.readLine();
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // The client does not trust it, which is the point.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
