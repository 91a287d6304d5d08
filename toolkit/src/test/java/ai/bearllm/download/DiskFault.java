package ai.bearllm.download;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What happens to the disk of a process in the middle of its download, and how it ends. The disk is a file system of its own. */
enum DiskFault {
    NONE,
    /** Becomes full. */
    FULL {
        @Override
        void begin(Path disk) {
            try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
                byte[] zeros = new byte[1 << 16];
                while (true) {
                    out.write(zeros);
                }
            } catch (IOException e) {
                System.out.println("filled: " + e.getMessage());
            }
        }

        @Override
        void end(Path disk) throws IOException {
            Files.delete(disk.resolve("filler"));
        }
    },
    /** Is read-only after a rest: the kernel refuses that while a file is open for writing. */
    READ_ONLY {
        @Override
        boolean needsRest() {
            return true;
        }

        @Override
        void begin(Path disk) {
            run("mount", "-o", "remount,ro", disk.toString());
        }

        @Override
        void end(Path disk) {
            run("mount", "-o", "remount,rw", disk.toString());
        }
    },
    /** Is taken out of its place while it is written, as a drive that is pulled, and put in again. */
    VANISHED {
        @Override
        void begin(Path disk) {
            run("mount", "--bind", disk.toString(), elsewhere(disk).toString());
            run("umount", "-l", disk.toString());
        }

        @Override
        void end(Path disk) {
            run("mount", "--bind", elsewhere(disk).toString(), disk.toString());
        }

        private Path elsewhere(Path disk) {
            return disk.resolveSibling("elsewhere");
        }
    };

    /** How much arrives before: two pieces, so that the journal proves something. */
    long after() {
        return this == FULL ? 0 : 2L * PieceHashes.PIECE_BYTES + 1;
    }

    boolean needsRest() {
        return false;
    }

    void begin(Path disk) {}

    void end(Path disk) throws IOException {}

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(String.join(" ", command) + ": " + process.waitFor() + " " + said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
