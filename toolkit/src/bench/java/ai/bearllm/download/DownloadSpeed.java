package ai.bearllm.download;

import ai.bearllm.lab.Lab;
import ai.bearllm.model.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What a verified download costs, beside curl with openssl, aria2 and huggingface_hub, from an nginx on this machine.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.download.DownloadSpeed -Dbench.args="SAMPLES MEBIBYTES SPEEDS"}, with 5 samples
 * of 1024 MiB at {@code free,slow,hundred} where nothing is said. Debian packages: nginx-light, aria2, curl, openssl; what is not
 * installed is left out, and that is said. Each contestant is a process of its own, ours a JVM with {@code -Xmx64m}, its start
 * included, and it is this one that the bars judge; {@code bear-warm} is the third download of such a process, its user and
 * system time as one, for who keeps a notebook open. They take turns in an order drawn anew for each round. Any number of mebibytes
 * shows that the heap does. At 100 MB/s the bar is what hashing adds to our own client ({@link HashingCost}); curl without any check
 * and a JVM's start alone stand beside it for information. CPU seconds are those of the process and its children
 * (getrusage(2), RUSAGE_CHILDREN), the server's not among them. It prints each sample as a line of CSV, then the medians and the
 * ratios with their bars, and ends with 1 where a bar is missed.
 */
final class DownloadSpeed {
    /** Runs a command and says what it used: wall, user, system, peak resident memory. */
    private static final String METER = "import resource, subprocess, sys, time\n"
            + "start = time.monotonic()\n"
            + "code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
            + "wall = time.monotonic() - start\n"
            + "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            + "print(code, wall, used.ru_utime, used.ru_stime, used.ru_maxrss)\n";

    private static final String HUGGING_FACE = "import sys\n"
            + "from huggingface_hub import hf_hub_download\n"
            + "hf_hub_download(sys.argv[1], 'model.gguf', local_dir=sys.argv[2])\n";

    /** Of our command, up to the class. */
    private static final int JAVA_WORDS = 5;

    private final Random random;
    private final Path folder;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();
    private boolean good = true;

    private DownloadSpeed(Random random, Path folder) {
        this.random = random;
        this.folder = folder;
    }

    private record Sample(double wall, double user, double system, long peakKiB) {
        double cpu() {
            return user + system;
        }
    }

    /** Somebody who fetches; the command writes {@code model.gguf} into the folder it is given. */
    private record Contestant(String name, List<String> command) {}

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        long bytes = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 1024) << 20;
        List<String> speeds = List.of((arguments.length > 2 ? arguments[2] : "free,slow,hundred").split(","));
        long seed = System.nanoTime();
        Path folder = Files.createTempDirectory("bear-bench");
        boolean good = false;
        try {
            DownloadSpeed speed = new DownloadSpeed(new Random(seed), folder);
            Path file = folder.resolve("served.gguf");
            String sha256 = make(file, bytes);
            System.out.println("# " + bytes + " bytes, " + rounds + " rounds, seed " + seed + ", "
                    + Runtime.getRuntime().availableProcessors() + " processors, Java " + Runtime.version() + ", load "
                    + load());
            System.out.println("speed,round,contestant,wall_s,user_s,system_s,peak_KiB");
            try (LocalNginx nginx = LocalNginx.start(folder, file, sha256)) {
                for (String each : speeds) {
                    speed.measure(nginx, each, sha256, bytes, rounds);
                    if (each.equals("hundred")) {
                        Path warm = Files.createDirectory(folder.resolve("warm"));
                        speed.good &= new HashingCost(nginx, warm, speed.random).measure(rounds);
                    }
                }
            }
            System.out.println("# load at the end " + load());
            good = speed.good;
        } finally {
            delete(folder);
        }
        System.exit(good ? 0 : 1);
    }

    private void measure(LocalNginx nginx, String speed, String sha256, long bytes, int rounds) throws Exception {
        List<Contestant> contestants = contestants(nginx, speed, sha256);
        samples.clear();
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(contestants, random);
            for (Contestant contestant : contestants) {
                Sample sample = run(contestant, nginx, bytes);
                samples.computeIfAbsent(contestant.name, name -> new ArrayList<>())
                        .add(sample);
                System.out.printf(
                        Locale.ROOT,
                        "%s,%d,%s,%.3f,%.3f,%.3f,%d%n",
                        speed,
                        round,
                        contestant.name,
                        sample.wall,
                        sample.user,
                        sample.system,
                        sample.peakKiB);
            }
        }
        samples.forEach((name, all) -> System.out.printf(
                Locale.ROOT,
                "# %s, %s: median %.2f s wall, %.2f s CPU a GiB%n",
                speed,
                name,
                median(all, Sample::wall),
                median(all, Sample::cpu) * (1L << 30) / bytes));
        judge(speed);
    }

    private List<Contestant> contestants(LocalNginx nginx, String speed, String sha256) {
        String address = nginx.address(speed);
        List<Contestant> all = new ArrayList<>();
        all.add(new Contestant("bear", ours(nginx, speed)));
        if (speed.equals("free")) {
            List<String> warm = new ArrayList<>(ours(nginx, speed));
            warm.add("warm");
            all.add(new Contestant("bear-warm", warm));
        }
        String curl = "curl -sf -o {}/model.gguf " + address;
        if (speed.equals("hundred")) {
            addIfThere(all, "curl", List.of("sh", "-c", curl), "curl");
            all.add(new Contestant("jvm-start", ours(nginx, speed).subList(0, JAVA_WORDS)));
            return all;
        }
        int connections = speed.equals("slow") ? 16 : 4;
        addIfThere(
                all,
                "aria2c-x" + connections,
                List.of(
                        "aria2c",
                        "-q",
                        "-x" + connections,
                        "-s" + connections,
                        "--checksum=sha-256=" + sha256,
                        "-d",
                        "{}",
                        "-o",
                        "model.gguf",
                        address),
                "aria2c");
        if (speed.equals("free")) {
            addIfThere(
                    all,
                    "curl+openssl",
                    List.of("sh", "-c", curl + " && openssl dgst -sha256 {}/model.gguf"),
                    "curl",
                    "openssl");
            addHuggingFace(all, speed);
        }
        return all;
    }

    private static List<String> ours(LocalNginx nginx, String speed) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                FetchOnce.class.getName(),
                nginx.endpoint(),
                "bear/" + speed,
                "{}");
    }

    private static void addHuggingFace(List<Contestant> all, String speed) {
        try {
            all.add(new Contestant(
                    "huggingface_hub", List.of(Lab.python().toString(), "-c", HUGGING_FACE, "bear/" + speed, "{}")));
        } catch (RuntimeException e) {
            System.out.println("# huggingface_hub is left out: " + e.getMessage());
        }
    }

    private static void addIfThere(List<Contestant> all, String name, List<String> command, String... programs) {
        for (String program : programs) {
            boolean there = List.of(System.getenv("PATH").split(":")).stream()
                    .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
            if (!there) {
                System.out.println("# " + name + " is left out: " + program + " is not installed");
                return;
            }
        }
        all.add(new Contestant(name, command));
    }

    private Sample run(Contestant contestant, LocalNginx nginx, long bytes) throws IOException, InterruptedException {
        Path target = Files.createDirectory(folder.resolve("target"));
        List<String> command = new ArrayList<>(List.of("python3", "-c", METER));
        contestant.command.forEach(word -> command.add(word.replace("{}", target.toString())));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("HF_") || name.endsWith("_proxy"));
        builder.environment().put("HF_ENDPOINT", nginx.endpoint());
        builder.environment().put("HF_HOME", target.toString());
        builder.environment().put("HF_HUB_DISABLE_TELEMETRY", "1");
        Process process = builder.start();
        String[] words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .strip()
                .split(" ");
        process.waitFor();
        boolean fetched = contestant.name.equals("jvm-start") || Files.size(target.resolve("model.gguf")) == bytes;
        if (words.length != 5 || !words[0].equals("0") || !fetched) {
            throw new IOException(contestant.name + " failed: " + String.join(" ", words));
        }
        Path warm = target.resolve("warm.txt");
        if (Files.exists(warm)) {
            String[] seconds = Files.readString(warm).split(" ");
            words[1] = seconds[0];
            words[2] = seconds[1];
            words[3] = "0";
        }
        delete(target);
        return new Sample(
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2]),
                Double.parseDouble(words[3]),
                Long.parseLong(words[4]));
    }

    private void judge(String speed) {
        switch (speed) {
            case "free" -> {
                bar("CPU to aria2c -x4", "aria2c-x4", Sample::cpu, 0.8);
                bar("CPU to curl + openssl", "curl+openssl", Sample::cpu, 1.7);
                bar("wall to aria2c -x4", "aria2c-x4", Sample::wall, 1.0);
            }
            case "slow" -> bar("wall to aria2c -x16 at 10 MB/s each", "aria2c-x16", Sample::wall, 1.15);
            default -> compare("wall to curl without any check, with a JVM's start", "curl", Sample::wall);
        }
    }

    private void bar(String what, String peer, ToDoubleFunction<Sample> value, double most) {
        if (!samples.containsKey(peer)) {
            System.out.println("# " + what + ": not measured");
            return;
        }
        double ratio = ratio(peer, value);
        good &= ratio <= most;
        System.out.printf(
                Locale.ROOT, "# %s: %.3f, at most %.2f wanted%s%n", what, ratio, most, ratio <= most ? "" : ": MISSED");
    }

    /** For information: no bar. */
    private void compare(String what, String peer, ToDoubleFunction<Sample> value) {
        if (samples.containsKey(peer)) {
            System.out.printf(Locale.ROOT, "# %s: %.3f%n", what, ratio(peer, value));
        }
    }

    private double ratio(String peer, ToDoubleFunction<Sample> value) {
        return median(samples.get("bear"), value) / median(samples.get(peer), value);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static String make(Path file, long bytes) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        byte[] block = new byte[1 << 20];
        Random content = new Random(1);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (long written = 0; written < bytes; written += block.length) {
                content.nextBytes(block);
                digest.update(block);
                out.write(block);
            }
        }
        return Sha256.of(digest.digest()).hex();
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
