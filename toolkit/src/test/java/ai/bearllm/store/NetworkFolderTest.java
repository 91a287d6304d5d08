package ai.bearllm.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkFolderTest {
    @ParameterizedTest
    @CsvSource({
        "nfs, NFS",
        "nfs4, NFS",
        "cifs, a Windows share (SMB)",
        "smb3, a Windows share (SMB)",
        "smbfs, a Windows share (SMB)",
        "fuse.sshfs, SSHFS",
        "9p, a folder of the host (9P)",
        "lustre, Lustre",
        "fuse.s3fs, an object store (s3fs)",
        "fuse.glusterfs, GlusterFS",
        "ceph, CephFS",
        "fuse.vmhgfs-fuse, a folder of the host (VMware)",
        "NFS4, NFS"
    })
    void isRecognizedByTheTypeOfItsMount(String type, String kind) {
        assertThat(NetworkFolder.named(type)).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext4",
                "xfs",
                "btrfs",
                "zfs",
                "tmpfs",
                "overlay",
                "apfs",
                "hfs",
                "NTFS",
                "fuseblk",
                "fuse.ntfs-3g",
                ""
            })
    void isNotSeenInADisk(String type) {
        assertThat(NetworkFolder.named(type)).isEmpty();
    }

    @Test
    void saysWhatMayHappenAndWhatToDo() {
        assertThat(NetworkFolder.sentences(Path.of("/home/me/.bear-llm-ai"), "NFS"))
                .startsWith("/home/me/.bear-llm-ai is on NFS, a network file system")
                .contains("one machine at a time", "local disk", "BEAR_HOME");
    }

    @Test
    void isLookedUpWhereTheFolderWillBe(@TempDir Path folder) {
        assertThat(NetworkFolder.kind(folder.resolve("not/yet/there"))).isEqualTo(NetworkFolder.kind(folder));
        assertThat(NetworkFolder.kind(Path.of("not/yet/there"))).isEqualTo(NetworkFolder.kind(Path.of("")));
    }
}
