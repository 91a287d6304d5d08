package ai.bearllm.signature;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;

/** What the outcomes of a check show in common. */
final class SignatureSheets {
    private SignatureSheets() {}

    static Sheet.Builder of(SignatureCheck check, Path signature, Signer signer) {
        Sheet.Builder sheet = Sheet.of(check.toString())
                .columns("", "")
                .row("signature", signature)
                .row("signer", signer.name());
        signer.algorithm().ifPresent(algorithm -> sheet.row("algorithm", algorithm));
        signer.trustedBy().ifPresent(name -> sheet.row("trusted by", name));
        signer.validFrom().ifPresent(time -> sheet.row("certificate from", time));
        signer.validUntil().ifPresent(time -> sheet.row("certificate until", time));
        return sheet.note(fingerprint(signer.fingerprint()));
    }

    /** A note, since a terminal cuts cells of tables short, and fingerprints are there to be compared. */
    static String fingerprint(String hex) {
        return "Fingerprint: " + hex;
    }

    static String line(Path model, String words) {
        Path last = model.getFileName();
        return Shown.line((last == null ? model : last) + ": " + words);
    }
}
