package ai.bearllm.signature;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.List;

/**
 * A signature that was made.
 *
 * @param model the file or folder that was signed
 * @param file the signature file
 * @param signer who signed
 * @param files how many files it covers
 * @param size their size together
 * @param digest the SHA-256 that names the whole: over the digests of all files in their order
 * @param ignored the paths that it says nothing about, as they stand in it
 */
public record WrittenSignature(
        Path model, Path file, Signer signer, int files, ByteSize size, Sha256 digest, List<String> ignored)
        implements Shown {
    public WrittenSignature {
        ignored = List.copyOf(ignored);
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString())
                .columns("", "")
                .row("signature", file)
                .row("signer", signer.name())
                .row("files", files)
                .row("size", size)
                .row("digest", digest);
        if (!ignored.isEmpty()) {
            sheet.row("not signed", String.join(", ", ignored));
        }
        return sheet.note(
                        "Give whoever verifies it the public key or the root certificate, by another way than the model.")
                .build();
    }

    @Override
    public String toString() {
        return SignatureSheets.line(model, "signed by " + signer + ", " + files + (files == 1 ? " file" : " files"));
    }
}
