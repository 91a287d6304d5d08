package ai.bearllm.download;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What hashing adds to a download at 100 MB/s: the same client in this one warm process, with and without it, in turns. Without it
 * means that the JVM is told of another SHA-256 which looks at nothing and always gives zeros, and the server declares just that;
 * the downloader itself is the same to the last instruction.
 */
final class HashingCost {
    /** The digest that {@link Nothing} gives. */
    static final String ZEROS = "0".repeat(64);

    private static final double MOST = 1.05;
    private static final int RESAMPLES = 10_000;

    private final LocalNginx nginx;
    private final Path folder;
    private final Random random;

    HashingCost(LocalNginx nginx, Path folder, Random random) {
        this.nginx = nginx;
        this.folder = folder;
        this.random = random;
    }

    /** Prints each pair as two lines of CSV, then the ratio with its interval; whether the bar is held. */
    boolean measure(int rounds) throws IOException {
        run(true);
        run(false);
        List<double[]> pairs = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            boolean hashedFirst = random.nextBoolean();
            double first = told(round, hashedFirst);
            double second = told(round, !hashedFirst);
            pairs.add(hashedFirst ? new double[] {first, second} : new double[] {second, first});
        }
        double ratio = ratio(pairs);
        double[] resampled = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            List<double[]> drawn = new ArrayList<>();
            for (int j = 0; j < rounds; j++) {
                drawn.add(pairs.get(random.nextInt(rounds)));
            }
            resampled[i] = ratio(drawn);
        }
        Arrays.sort(resampled);
        System.out.printf(
                Locale.ROOT,
                "# wall with hashing to without at 100 MB/s, one warm process: %.4f (95 %% of resamples %.4f to %.4f),"
                        + " at most %.2f wanted%s%n",
                ratio,
                resampled[RESAMPLES / 40],
                resampled[RESAMPLES - 1 - RESAMPLES / 40],
                MOST,
                ratio <= MOST ? "" : ": MISSED");
        return ratio <= MOST;
    }

    private static double ratio(List<double[]> pairs) {
        return pairs.stream().mapToDouble(pair -> pair[0]).sum()
                / pairs.stream().mapToDouble(pair -> pair[1]).sum();
    }

    private double told(int round, boolean hashed) throws IOException {
        double[] seconds = run(hashed);
        System.out.printf(
                Locale.ROOT,
                "hundred,%d,%s,%.3f,%.3f,0.000,0%n",
                round,
                hashed ? "warm-hashed" : "warm-unhashed",
                seconds[0],
                seconds[1]);
        return seconds[0];
    }

    private double[] run(boolean hashed) throws IOException {
        Provider blind = new Blind();
        if (!hashed) {
            Security.insertProviderAt(blind, 1);
        }
        try {
            FetchOnce once = new FetchOnce(nginx.endpoint(), hashed ? "bear/hundred" : "bear/hundred-unhashed", folder);
            double[] seconds = once.measured();
            once.forget();
            return seconds;
        } finally {
            Security.removeProvider(blind.getName());
        }
    }

    private static final class Blind extends Provider {
        private static final long serialVersionUID = 1;

        Blind() {
            super("BearBlind", "1", "a SHA-256 that looks at nothing");
            put("MessageDigest.SHA-256", Nothing.class.getName());
        }
    }

    /** Made by the JVM, from its name. */
    public static final class Nothing extends MessageDigestSpi implements Cloneable {
        @Override
        protected void engineUpdate(byte input) {}

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {}

        @Override
        protected void engineUpdate(java.nio.ByteBuffer input) {
            input.position(input.limit());
        }

        @Override
        protected int engineGetDigestLength() {
            return 32;
        }

        @Override
        protected byte[] engineDigest() {
            return new byte[32];
        }

        @Override
        protected void engineReset() {}

        @Override
        public Object clone() throws CloneNotSupportedException {
            return super.clone();
        }
    }
}
