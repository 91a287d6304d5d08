package ai.bearllm.engine.llamacpp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the native library in the jar needs of the system, looked for without loading anything.
 *
 * <p>Source: the folders in the jar, and {@code ldd} of its Linux libraries. {@code /etc/ld.so.cache} lists the libraries that
 * the loader finds, as plain text between its tables, see ldconfig(8).
 */
record NativeNeeds(String system, String architecture, Path root, String libraryPath) {
    private static final Map<String, Set<String>> BUILT_FOR = Map.of(
            "linux", Set.of("x86_64", "aarch64"),
            "mac", Set.of("x86_64", "aarch64"),
            "windows", Set.of("x86_64", "x86"));

    private static final Map<String, String> PACKAGES = Map.of(
            "libgomp.so.1", "libgomp1 on Debian and Ubuntu (apt-get install libgomp1), libgomp on Fedora and RHEL",
            "libstdc++.so.6",
                    "libstdc++6 on Debian and Ubuntu (apt-get install libstdc++6), libstdc++ on Fedora and RHEL");

    private static final List<String> FOLDERS = List.of("lib64", "usr/lib64", "lib", "usr/lib", "usr/local/lib");

    static NativeNeeds ofThisSystem() {
        return new NativeNeeds(
                system(System.getProperty("os.name", "")),
                architecture(System.getProperty("os.arch", "")),
                Path.of("/"),
                Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse(""));
    }

    static String system(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("mac") || lower.startsWith("darwin")
                ? "mac"
                : lower.startsWith("windows") ? "windows" : lower;
    }

    static String architecture(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            case "x86", "i386", "i586", "i686" -> "x86";
            default -> name;
        };
    }

    /** What is missing and how to get it, as sentences; empty where everything is there. */
    Optional<String> missing() {
        if (!BUILT_FOR.getOrDefault(system, Set.of()).contains(architecture)) {
            return Optional.of(
                    "Its library is built for Linux, macOS and Windows on x86-64, and for Linux and macOS on 64-bit"
                            + " ARM, but this is " + system + " on " + architecture + "; use a machine of these.");
        }
        if (!system.equals("linux")) {
            return Optional.empty();
        }
        if (isMusl()) {
            return Optional.of(
                    "Its library needs the GNU C library, but this Linux has musl (Alpine); use an image based on"
                            + " Debian, Ubuntu or Fedora.");
        }
        List<String> missing = PACKAGES.keySet().stream()
                .sorted()
                .filter(library -> !isThere(library))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("The system library " + missing.get(0) + " is missing; install the package "
                        + PACKAGES.get(missing.get(0)) + ".");
    }

    private boolean isMusl() {
        try (Stream<Path> files = Files.list(root.resolve("lib"))) {
            boolean musl = files.anyMatch(file -> file.getFileName().toString().startsWith("ld-musl-"));
            return musl && !isThere("libc.so.6");
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isThere(String library) {
        for (String folder : libraryPath.split(":", -1)) {
            if (!folder.isEmpty() && Files.exists(Path.of(folder).resolve(library))) {
                return true;
            }
        }
        return folders().stream().anyMatch(folder -> Files.exists(folder.resolve(library))) || isInCache(library);
    }

    /** A cache may list what was removed since; a system without one has a loader that looks into the folders alone. */
    private boolean isInCache(String library) {
        try {
            String cache = Files.readString(root.resolve("etc/ld.so.cache"), StandardCharsets.ISO_8859_1);
            return Pattern.compile("(/[^\\x00]*/" + Pattern.quote(library) + ")\\x00")
                    .matcher(cache)
                    .results()
                    .anyMatch(path -> Files.exists(root.resolve(path.group(1).substring(1))));
        } catch (IOException e) {
            return false;
        }
    }

    /** What to do about the message of a loader that did not find a library. */
    static Optional<String> fixOf(String message) {
        return PACKAGES.keySet().stream()
                .filter(message::contains)
                .findFirst()
                .map(library -> "Install the package " + PACKAGES.get(library) + ".");
    }

    private List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        for (String name : FOLDERS) {
            folders.add(root.resolve(name));
            folders.add(root.resolve(name).resolve(architecture + "-linux-gnu"));
        }
        return folders;
    }
}
