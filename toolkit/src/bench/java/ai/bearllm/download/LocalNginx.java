package ai.bearllm.download;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An nginx of our own on 127.0.0.1 that serves one file as a hub would, at three speeds: {@code bear/free} as fast as it can,
 * {@code bear/slow} with 10 MB/s for each connection, {@code bear/hundred} with 100 MB/s,
 * {@code bear/hundred-unhashed} too, declared to have a digest of zeros. Ends with the benchmark.
 */
final class LocalNginx implements AutoCloseable {
    private static final List<String> PLACES = List.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx");

    private final Process process;
    private final int port;

    private LocalNginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static LocalNginx start(Path folder, Path file, String sha256) throws IOException, InterruptedException {
        String program = PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no nginx; Debian has it as nginx-light"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), configuration(folder, port, file, sha256));
        Process process = new ProcessBuilder(
                        program, "-p", folder.toString(), "-c", configuration.toString(), "-e", "stderr")
                .inheritIO()
                .start();
        LocalNginx nginx = new LocalNginx(process, port);
        try {
            nginx.awaitListening();
        } catch (IOException | InterruptedException | RuntimeException e) {
            nginx.close();
            throw e;
        }
        return nginx;
    }

    private static String configuration(Path folder, int port, Path file, String sha256) {
        StringBuilder places = new StringBuilder();
        places.append(place("free", "", file, sha256));
        places.append(place("slow", "limit_rate 10000000;", file, sha256));
        places.append(place("hundred", "limit_rate 100000000;", file, sha256));
        places.append(place("hundred-unhashed", "limit_rate 100000000;", file, HashingCost.ZEROS));
        return "daemon off; worker_processes 1; pid " + folder.resolve("nginx.pid") + ";\n"
                + "error_log stderr warn;\n"
                + "events { worker_connections 128; }\n"
                + "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;\n"
                + "client_body_temp_path " + folder + "; proxy_temp_path " + folder + "; fastcgi_temp_path " + folder
                + "; uwsgi_temp_path " + folder + "; scgi_temp_path " + folder + ";\n"
                + "server { listen 127.0.0.1:" + port + ";\n" + places + "} }\n";
    }

    private static String place(String name, String limit, Path file, String sha256) {
        return "location ~ ^/bear/" + name + "/resolve/[^/]+/model.gguf$ { alias " + file + "; " + limit
                + " add_header X-Repo-Commit " + "0".repeat(40) + "; add_header X-Linked-Etag '\"" + sha256
                + "\"'; add_header X-Linked-Size " + file.toFile().length() + "; }\n";
    }

    private void awaitListening() throws IOException, InterruptedException {
        for (int i = 0; i < 100 && process.isAlive(); i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException("nginx does not listen");
    }

    String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    String address(String speed) {
        return endpoint() + "/bear/" + speed + "/resolve/main/model.gguf";
    }

    @Override
    public void close() {
        // Not a kill: the master has a worker that it takes along.
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
