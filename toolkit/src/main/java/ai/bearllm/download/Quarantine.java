package ai.bearllm.download;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps files whose digest is not the declared one: evidence of what was sent, out of everybody's way. */
final class Quarantine {
    private final Path folder;

    Quarantine(Path folder) {
        this.folder = folder;
    }

    /**
     * Takes the file in, with a report beside it. The same wrong bytes take the same name, so a second try costs no more disk.
     *
     * @param declaredBy who declared {@code expected}, in words for people
     * @return the failure to throw
     */
    BearException take(Path part, DownloadRequest request, Sha256 expected, Sha256 found, String declaredBy) {
        String problem =
                request.target().getFileName() + " arrived with the SHA-256 " + found.brief() + "… but " + declaredBy
                        + " declares " + expected.brief() + "…: it is not the declared file, and was not installed.";
        String fix = "Download it again; if it differs again, do not use this source, and tell its owner.";
        try {
            Files.createDirectories(folder);
            Path kept = folder.resolve(request.target().getFileName() + "." + found.brief());
            Files.move(part, kept, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(
                    kept.resolveSibling(kept.getFileName() + ".json"),
                    report(kept, request, expected, found, declaredBy));
            return new BearException(problem + " What arrived is kept at " + kept + ".", fix);
        } catch (IOException e) {
            BearException failure = new BearException(problem, fix);
            failure.addSuppressed(e);
            return failure;
        }
    }

    /** A place for the damaged bytes of a file; used once. */
    Path placeFor(Path file) throws IOException {
        Files.createDirectories(folder);
        return folder.resolve(file.getFileName() + "." + PartNames.unique() + ".damaged");
    }

    private static String report(Path part, DownloadRequest request, Sha256 expected, Sha256 found, String declaredBy)
            throws IOException {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("when", Instant.now().toString());
        report.put("source", request.source().words());
        report.put("target", request.target().toString());
        report.put("bytes", Files.size(part));
        report.put("sha256Found", found.hex());
        report.put("sha256Declared", expected.hex());
        report.put("declaredBy", declaredBy);
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
    }
}
