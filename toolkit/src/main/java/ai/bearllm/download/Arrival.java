package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/** Puts a verified file into its place: at once and whole, whatever happens meanwhile. */
final class Arrival {
    private static final int COPY_BYTES = 1 << 20;

    private Arrival() {}

    /** Replaces what is at the target in one step; on another volume through a verified copy beside it. */
    static void move(Path verified, Path target, Sha256 digest) throws IOException {
        try {
            Files.move(verified, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            copy(verified, target, digest);
        }
        Optional.ofNullable(target.getParent()).ifPresent(Arrival::syncFolder);
    }

    static void copy(Path verified, Path target, Sha256 digest) throws IOException {
        Path beside = target.resolveSibling("." + target.getFileName() + "." + PartNames.unique() + ".part");
        try {
            if (!copyAndDigest(verified, beside).equals(digest)) {
                throw new IOException("the copy to " + target.getParent() + " differs from what was verified");
            }
            replace(beside, target);
        } finally {
            Files.deleteIfExists(beside);
        }
        Files.delete(verified);
    }

    /** Where a file system has no atomic moves, what is at the target goes a moment before its verified successor comes. */
    private static void replace(Path beside, Path target) throws IOException {
        try {
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Sha256 copyAndDigest(Path from, Path to) throws IOException {
        MessageDigest digest = Sha256.newDigest();
        byte[] buffer = new byte[COPY_BYTES];
        try (InputStream in = Files.newInputStream(from);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read; (read = in.read(buffer)) >= 0; ) {
                digest.update(buffer, 0, read);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            out.force(true);
        }
        return Sha256.of(digest.digest());
    }

    /** So that the new name survives a power cut too. Windows opens no folders: there the file system's own log has to do. */
    private static void syncFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The file is in place and whole; only its survival of a power cut in this second is not certain.
            System.getLogger(Arrival.class.getName()).log(System.Logger.Level.DEBUG, "folder not synced: " + folder, e);
        }
    }
}
