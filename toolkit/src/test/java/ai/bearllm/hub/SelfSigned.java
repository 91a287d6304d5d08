package ai.bearllm.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server on 127.0.0.1 whose certificate it signed itself. */
final class SelfSigned implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final SSLServerSocket server;

    private SelfSigned(SSLServerSocket server) {
        this.server = server;
    }

    static SelfSigned start() throws Exception {
        Path folder = Files.createTempDirectory("self-signed");
        Path store = folder.resolve("keys.p12");
        try {
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
            String output =
                    new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(keytool.waitFor()).as(output).isZero();
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            SelfSigned started = new SelfSigned((SSLServerSocket) context.getServerSocketFactory()
                    .createServerSocket(0, 8, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
            Thread thread = new Thread(started::accept, "self-signed");
            thread.setDaemon(true);
            thread.start();
            return started;
        } finally {
            Files.deleteIfExists(store);
            Files.delete(folder);
        }
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + server.getLocalPort() + "/x");
    }

    private void accept() {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
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
