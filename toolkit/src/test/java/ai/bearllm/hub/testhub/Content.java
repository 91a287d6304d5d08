package ai.bearllm.hub.testhub;

import ai.bearllm.model.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/** A file's bytes, in memory or on disk. */
final class Content {
    private final Opener opener;
    private final long length;
    private final Sha256 sha256;

    private Content(Opener opener, long length) throws IOException {
        this.opener = opener;
        this.length = length;
        MessageDigest digest = Sha256.newDigest();
        try (DigestInputStream in = new DigestInputStream(opener.open(), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        this.sha256 = Sha256.of(digest.digest());
    }

    static Content of(byte[] bytes) throws IOException {
        return new Content(() -> new ByteArrayInputStream(bytes), bytes.length);
    }

    static Content of(Path file) throws IOException {
        return new Content(() -> Files.newInputStream(file), Files.size(file));
    }

    long length() {
        return length;
    }

    Sha256 sha256() {
        return sha256;
    }

    InputStream from(long position) throws IOException {
        InputStream in = opener.open();
        in.skipNBytes(position);
        return in;
    }

    @FunctionalInterface
    private interface Opener {
        InputStream open() throws IOException;
    }
}
