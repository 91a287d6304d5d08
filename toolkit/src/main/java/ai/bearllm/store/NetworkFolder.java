package ai.bearllm.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes folders on network file systems, where an exclusive lock may exclude nobody on another machine, and where DuckDB's
 * own advice is to keep no database that is written.
 *
 * <p>Source of the names: the type of the mount, {@code /proc/mounts} on Linux and {@code getfsstat(2)} on macOS, through
 * {@code FileStore.type()}; on Windows a path that begins with two backslashes.
 */
public final class NetworkFolder {
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("nfs", "NFS"),
            Map.entry("nfs4", "NFS"),
            Map.entry("cifs", "a Windows share (SMB)"),
            Map.entry("smb2", "a Windows share (SMB)"),
            Map.entry("smb3", "a Windows share (SMB)"),
            Map.entry("smbfs", "a Windows share (SMB)"),
            Map.entry("afpfs", "an Apple share (AFP)"),
            Map.entry("sshfs", "SSHFS"),
            Map.entry("9p", "a folder of the host (9P)"),
            Map.entry("v9fs", "a folder of the host (9P)"),
            Map.entry("virtiofs", "a folder of the host (virtiofs)"),
            Map.entry("vboxsf", "a folder of the host (VirtualBox)"),
            Map.entry("vmhgfs-fuse", "a folder of the host (VMware)"),
            Map.entry("grpcfuse", "a folder of the host (Docker Desktop)"),
            Map.entry("drvfs", "a Windows drive (WSL)"),
            Map.entry("lustre", "Lustre"),
            Map.entry("beegfs", "BeeGFS"),
            Map.entry("gpfs", "IBM Storage Scale (GPFS)"),
            Map.entry("ceph", "CephFS"),
            Map.entry("ceph-fuse", "CephFS"),
            Map.entry("glusterfs", "GlusterFS"),
            Map.entry("orangefs", "OrangeFS"),
            Map.entry("pvfs2", "OrangeFS"),
            Map.entry("panfs", "PanFS"),
            Map.entry("afs", "AFS"),
            Map.entry("coda", "Coda"),
            Map.entry("ncpfs", "NetWare"),
            Map.entry("davfs", "WebDAV"),
            Map.entry("davfs2", "WebDAV"),
            Map.entry("webdav", "WebDAV"),
            Map.entry("s3fs", "an object store (s3fs)"),
            Map.entry("mount-s3", "an object store (S3)"),
            Map.entry("goofys", "an object store (goofys)"),
            Map.entry("gcsfuse", "an object store (gcsfuse)"),
            Map.entry("blobfuse", "an object store (blobfuse)"),
            Map.entry("blobfuse2", "an object store (blobfuse)"),
            Map.entry("juicefs", "JuiceFS"),
            Map.entry("rclone", "rclone"));

    private NetworkFolder() {}

    /** The network file system that the folder, or where it will be, lies on, in words; empty on a disk, or where unknown. */
    public static Optional<String> kind(Path folder) {
        Path there = folder.toAbsolutePath().normalize();
        if (there.toString().startsWith("\\\\")) {
            return Optional.of("a Windows share (SMB)");
        }
        @Nullable Path existing = there;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing == null
                    ? Optional.empty()
                    : named(Files.getFileStore(existing).type());
        } catch (IOException e) {
            // It informs, no more: whoever uses the folder meets the failure.
            return Optional.empty();
        }
    }

    /** The same of a file system's type as mounts tell it, for example {@code fuse.sshfs}. */
    static Optional<String> named(String type) {
        String plain = type.toLowerCase(Locale.ROOT);
        return Optional.ofNullable(KINDS.get(plain.startsWith("fuse.") ? plain.substring(5) : plain));
    }

    /** What may happen in this folder and what to do about it, in sentences; empty where nothing special may. */
    public static Optional<String> risk(Path folder) {
        return kind(folder).map(kind -> sentences(folder, kind));
    }

    static String sentences(Path folder, String kind) {
        return folder + " is on " + kind
                + ", a network file system, whose locks may not reach other machines. Use it from one"
                + " machine at a time, or keep the toolkit's folder on a local disk: Bear.open(\"folder\") or the variable"
                + " BEAR_HOME. Models may stay there; two machines in the database at once are noticed and refused.";
    }
}
