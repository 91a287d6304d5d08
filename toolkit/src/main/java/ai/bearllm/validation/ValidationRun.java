package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufFormatException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One pass of the checks over one file. */
final class ValidationRun {
    private static final String DIGEST = "SHA-256";
    private static final String CONTENT = "content";

    private final Path file;
    private final Given given;
    private final Clock clock = Clock.systemUTC();
    private final Reading reading;
    private final Checks checks = new Checks();

    ValidationRun(Path file, Given given) {
        this.file = file;
        this.given = given;
        Path last = file.getFileName();
        this.reading = new Reading(
                file, "validation of " + (last == null ? file : last), given.listener.guarded(), given.cancellation);
    }

    Validation run() {
        requireFile();
        FileStamp stamp = FileStamp.of(file);
        checkSize(stamp.size());
        Optional<Remembered> known = given.memory.flatMap(memory -> memory.of(file));
        if (given.level == Level.QUICK) {
            return quick(known);
        }
        return known.isPresent() && known.get().isSound() ? remembered(known.get()) : full(stamp);
    }

    private void requireFile() {
        if (!Files.isRegularFile(file)) {
            throw Files.exists(file)
                    ? new BearException(file + " is not a regular file.", "Name a .gguf file.")
                    : new BearException(
                            "There is no file " + file + ".",
                            "Check the path, or download the model.",
                            new NoSuchFileException(file.toString()));
        }
    }

    private Validation quick(Optional<Remembered> known) {
        if (known.isPresent()) {
            checkDigest(known.get().sha256(), asOf(known.get()));
        } else {
            checks.skipped(DIGEST, "a quick validation does not read the whole file");
        }
        Header header = Header.read(file);
        structure(header, header.gguf().map(gguf -> Layout.findings(file, gguf)).orElse(List.of()));
        checks.skipped(CONTENT, "a quick validation does not read the whole file");
        described(header);
        return validation(known.map(Remembered::sha256), header);
    }

    /** The file is the one that passed before: its bytes are not read again. */
    private Validation remembered(Remembered known) {
        checkDigest(known.sha256(), asOf(known));
        Header header = Header.read(file);
        structure(header, header.gguf().map(gguf -> Layout.findings(file, gguf)).orElse(List.of()));
        checks.passed(CONTENT, "no scale that is not finite" + asOf(known));
        described(header);
        return validation(Optional.of(known.sha256()), header);
    }

    private static String asOf(Remembered known) {
        return ", as read on " + known.when().toString().substring(0, 10) + "; the file has not changed since";
    }

    private Validation full(FileStamp stamp) {
        Instant begun = clock.instant();
        reading.start(stamp.size());
        try {
            Header header = Header.read(file);
            Optional<ContentScan> scan = header.gguf().map(ContentScan::new);
            Sha256 digest =
                    reading.digest(stamp, scan.map(FilePass.Scan.class::cast).orElse(FilePass.Scan.NONE));
            checkDigest(digest, "");
            structure(header, scan.map(ContentScan::layout).orElse(List.of()));
            content(header, scan);
            described(header);
            Validation validation = validation(Optional.of(digest), header);
            remember(stamp, begun, validation, digest);
            finish(validation);
            return validation;
        } catch (RuntimeException e) {
            reading.fail(e);
            throw e;
        }
    }

    private void finish(Validation validation) {
        if (validation.ok()) {
            reading.end(validation.counts());
        } else {
            Check.Failed failed = validation.failures().get(0);
            reading.fail(failed.name() + ": found " + failed.found() + ", expected " + failed.expected());
        }
    }

    private void remember(FileStamp stamp, Instant begun, Validation validation, Sha256 digest) {
        Optional<Level> level = validation.ok() ? Optional.of(Level.FULL) : Optional.empty();
        List<String> passed = validation.checks().stream()
                .filter(Check.Passed.class::isInstance)
                .map(Check::name)
                .toList();
        given.memory.ifPresent(
                memory -> memory.put(file, stamp, new Remembered(digest, begun, level, passed, Validator.RULES)));
    }

    private Validation validation(Optional<Sha256> digest, Header header) {
        return new Validation(file, given.level, checks.all(), checks.findings(), digest, header.gguf());
    }

    private void checkSize(long size) {
        OptionalLong expected = given.bytes;
        if (expected.isEmpty()) {
            checks.skipped("size", "nobody has said how long the file must be; it has " + size + " bytes");
        } else if (expected.getAsLong() == size) {
            checks.passed("size", size + " bytes");
        } else {
            checks.failed("size", size + " bytes", expected.getAsLong() + " bytes");
        }
    }

    private void checkDigest(Sha256 digest, String asOf) {
        if (given.sha256.isEmpty()) {
            checks.skipped(DIGEST, "no digest is known to compare with; the file's is " + digest + asOf);
        } else if (given.sha256.get().equals(digest)) {
            checks.isAsPublished();
            checks.passed(DIGEST, digest.hex() + asOf);
        } else {
            checks.failed(DIGEST, digest.hex(), given.sha256.get().hex());
        }
    }

    private void structure(Header header, List<Finding> layout) {
        header.refused().ifPresent(e -> checks.refused("structure", e));
        header.gguf()
                .ifPresent(gguf ->
                        checks.report("structure", layout, gguf.tensors().size() + " tensors in place"));
    }

    private void content(Header header, Optional<ContentScan> scan) {
        if (scan.isEmpty()) {
            checks.skipped(CONTENT, Header.UNREADABLE);
        } else if (header.gguf().orElseThrow().tensors().isEmpty()) {
            checks.skipped(CONTENT, "the file holds no tensors");
        } else {
            checks.report(CONTENT, scan.get().numbers(), "no scale that is not finite");
        }
    }

    /** What the file says about itself: the checks that need the header alone. */
    private void described(Header header) {
        given.cancellation.check();
        new Described(header, given, checks).check();
        header.gguf()
                .ifPresent(gguf -> given.more.forEach(more -> {
                    given.cancellation.check();
                    checks.add(more.of(file, gguf));
                }));
    }

    /**
     * A file's header, metadata and tensor table, or why they cannot be read.
     *
     * @param gguf empty where the structure cannot be read
     * @param refused empty where it can
     */
    record Header(Optional<Gguf> gguf, Optional<GgufFormatException> refused) {
        static final String UNREADABLE = "the structure cannot be read";

        static Header read(Path file) {
            try {
                return new Header(Optional.of(Gguf.readPart(file)), Optional.empty());
            } catch (GgufFormatException e) {
                return new Header(Optional.empty(), Optional.of(e));
            }
        }
    }
}
