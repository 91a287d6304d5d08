package ai.bearllm.report;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a report beside its place and moves it there when it is whole. */
final class ReportFile {
    private ReportFile() {}

    static SavedReport write(Path path, String html) {
        Path parent = path.getParent();
        if (parent == null || Files.isDirectory(path)) {
            throw new BearException(path + " is a folder, not a file.", "Name a file in it, for example report.html.");
        }
        if (!Files.isDirectory(parent)) {
            throw new BearException(
                    "The folder " + parent + " does not exist.", "Make it, or save the report somewhere else.");
        }
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        Path fresh = parent.resolve(".bear-report-" + UUID.randomUUID() + ".tmp");
        try {
            // A link stays one: what it points to is replaced.
            Path place = Files.exists(path) ? path.toRealPath() : path;
            write(fresh, bytes);
            move(fresh, place);
            return new SavedReport(path, new ByteSize(bytes.length));
        } catch (AccessDeniedException e) {
            throw new BearException(
                    "The folder " + parent + " cannot be written to.", "Save the report somewhere else.", e);
        } catch (IOException e) {
            throw new BearException(
                    "The report could not be written to " + path + ": " + e.getMessage() + ".",
                    "Look whether the disk is full; what was there before is unchanged.",
                    e);
        } finally {
            discard(fresh);
        }
    }

    private static void write(Path fresh, byte[] bytes) throws IOException {
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                out.write(left);
            }
            out.force(true);
        }
    }

    private static void move(Path fresh, Path place) throws IOException {
        try {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, place, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void discard(Path fresh) {
        try {
            Files.deleteIfExists(fresh);
        } catch (IOException e) {
            // The failure that left it here is on its way to the caller; a hidden file remains.
            System.getLogger(ReportFile.class.getName()).log(System.Logger.Level.DEBUG, "left " + fresh, e);
        }
    }
}
