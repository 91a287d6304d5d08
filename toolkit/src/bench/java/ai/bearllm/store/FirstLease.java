package ai.bearllm.store;

import ai.bearllm.usage.Usage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a JVM's first lease of the database costs, beside DuckDB's own first opening through bare JDBC: each in JVMs of its own, in
 * turns. "New" has an empty folder, so that the lease also extracts the library, makes the file and takes every migration, and
 * the peer makes a file with one table; "again" opens what is there and reads.
 *
 * <p>{@code ./mvnw -Pbench test -Dbench=ai.bearllm.store.FirstLease -Dbench.args="ROUNDS"}, with nine rounds where nothing is
 * said. It prints one line of CSV a case: median and lowest of both in milliseconds, the median of the rounds' ratios, whose bar is
 * 1.2, and the same of the two JVMs' processor time, start and all.
 */
final class FirstLease {
    private final Path folder;
    private final int rounds;

    private FirstLease(Path folder, int rounds) {
        this.folder = folder;
        this.rounds = rounds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        if (arguments.length == 3) {
            long nanos = open(arguments[0].equals("lease"), Path.of(arguments[1]), arguments[2].equals("new"));
            System.out.println(nanos + " " + cpu());
            return;
        }
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        Path folder = Files.createTempDirectory("bear-first-lease");
        try {
            new FirstLease(folder, rounds).run();
        } finally {
            remove(folder);
        }
    }

    /** In a JVM of its own: how long it took, in nanoseconds. */
    private static long open(boolean lease, Path place, boolean create) throws SQLException {
        long start = System.nanoTime();
        if (lease) {
            try (Store store = Store.at(place)) {
                store.write(Usage.schema(), database -> database.query("select count(*) from runs", Row::cells));
                return System.nanoTime() - start;
            }
        }
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + place.resolve("own.duckdb"));
                Statement statement = connection.createStatement()) {
            if (create) {
                statement.execute("create table runs (a integer)");
            }
            statement.executeQuery("select count(*) from runs").close();
            return System.nanoTime() - start;
        }
    }

    /** Of this JVM since it began, in nanoseconds: other programs on the machine stretch it less than the wall time. */
    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private void run() throws IOException, InterruptedException {
        System.out.println("case,lease_ms,lease_lowest_ms,jdbc_ms,jdbc_lowest_ms,ratio,bar,cpu_ratio");
        for (String phase : new String[] {"new", "again"}) {
            double[] leases = new double[rounds];
            double[] peers = new double[rounds];
            double[] ratios = new double[rounds];
            double[] cpuRatios = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                Path place = folder.resolve(phase.equals("new") ? "round-" + i : "round-0");
                Files.createDirectories(place);
                boolean leaseFirst = i % 2 == 0;
                double[] first = child(leaseFirst, place, phase);
                double[] second = child(!leaseFirst, place, phase);
                double[] lease = leaseFirst ? first : second;
                double[] peer = leaseFirst ? second : first;
                leases[i] = lease[0];
                peers[i] = peer[0];
                ratios[i] = lease[0] / peer[0];
                cpuRatios[i] = lease[1] / peer[1];
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s,%.0f,%.0f,%.0f,%.0f,%.2f,1.2,%.2f%n",
                    phase,
                    median(leases),
                    leases[0],
                    median(peers),
                    peers[0],
                    median(ratios),
                    median(cpuRatios));
        }
    }

    private static double[] child(boolean lease, Path place, String phase) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstLease.class.getName(),
                        lease ? "lease" : "jdbc",
                        place.toString(),
                        phase)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("a child failed: " + told);
        }
        String[] figures = told.split(" ", -1);
        return new double[] {Long.parseLong(figures[0]) / 1e6, Long.parseLong(figures[1]) / 1e6};
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
