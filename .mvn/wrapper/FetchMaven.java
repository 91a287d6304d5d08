import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Fetches the pinned Maven, checks its SHA-512, unpacks it, and prints the path of its launcher: run by mvnw and mvnw.cmd with
 * the JDK alone, so that both need nothing else. The only argument is the properties file.
 */
class FetchMaven {
    public static void main(String[] args) throws Exception {
        try {
            System.out.println(fetch(Path.of(args[0])));
        } catch (IOException | IllegalStateException e) {
            System.err.println("mvnw: " + e.getMessage());
            System.exit(1);
        }
    }

    private static Path fetch(Path file) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        String version = required(properties, "mavenVersion", file);
        String sha512 = required(properties, "distributionSha512Sum", file);
        Path home = Path.of(System.getenv().getOrDefault("MAVEN_USER_HOME", System.getProperty("user.home") + "/.m2"));
        Path wrapper = Files.createDirectories(home.resolve("wrapper/bear"));
        Path unpacked = wrapper.resolve(version + "-" + sha512.substring(0, 16));
        // One at a time: two builds may start together on a fresh machine.
        try (FileChannel channel = FileChannel.open(wrapper.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!Files.isDirectory(unpacked)) {
                install(source(properties, version, file), sha512, wrapper, unpacked);
            }
        }
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        return unpacked.resolve("apache-maven-" + version).resolve(windows ? "bin/mvn.cmd" : "bin/mvn");
    }

    private static URI source(Properties properties, String version, Path file) {
        String repository = System.getenv("MVNW_REPOURL");
        return URI.create(repository == null || repository.isBlank()
                ? required(properties, "distributionUrl", file)
                : repository.replaceAll("/+$", "") + "/org/apache/maven/apache-maven/" + version + "/apache-maven-" + version + "-bin.zip");
    }

    private static void install(URI source, String sha512, Path wrapper, Path unpacked) throws Exception {
        System.err.println("mvnw: no Maven 3.8.7 or newer on the PATH; fetching " + source);
        Path archive = Files.createTempFile(wrapper, "maven", ".zip");
        Path folder = Files.createTempDirectory(wrapper, "maven");
        try {
            download(source, archive);
            String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive)));
            if (!found.equals(sha512)) {
                throw new IllegalStateException("the SHA-512 of " + source + " is " + found + " but " + sha512
                        + " is pinned; nothing was installed. Fetch it again or set MVNW_REPOURL to a repository you trust.");
            }
            unzip(archive, folder);
            Files.move(folder, unpacked, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(archive);
            deleteTree(folder);
        }
    }

    private static void download(URI source, Path target) throws IOException {
        Proxy proxy = proxy(System.getenv());
        URLConnection connection = source.toURL().openConnection(proxy);
        connection.setConnectTimeout(30_000);
        connection.setReadTimeout(60_000);
        try (InputStream in = connection.getInputStream()) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException("could not fetch " + source + " (" + e + "). Put a Maven 3.8.7 or newer on the PATH, or set"
                    + " MVNW_REPOURL to the base of a Maven repository that this machine reaches.", e);
        }
    }

    private static Proxy proxy(Map<String, String> environment) {
        String address = environment.getOrDefault("HTTPS_PROXY", environment.getOrDefault("https_proxy", ""));
        if (address.isBlank()) {
            return Proxy.NO_PROXY;
        }
        URI uri = URI.create(address.contains("://") ? address : "http://" + address);
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort()));
    }

    private static void unzip(Path archive, Path folder) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IllegalStateException("the archive names a file outside of it: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                    target.toFile().setExecutable(target.getParent().endsWith("bin"), false);
                }
            }
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static String required(Properties properties, String key, Path file) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalStateException(file + " has no " + key);
        }
        return value.strip();
    }
}
