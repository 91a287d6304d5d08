package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.Sha256;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** One pass of the checks over one file. */
final class ValidationRun {
    private static final String DIGEST = "SHA-256";
    private static final String CONTENT = "content";
    private static final String UNREAD = "a quick validation does not read the whole file";
    private static final String SOUND = "no scale that is not finite";

    /** The checks whose outcome depends on the file's bytes alone. */
    private static final Set<String> OF_THE_FILE =
            Set.of("structure", CONTENT, "metadata", "tokenizer", "chat template");

    private final Path file;
    private final Given given;
    private final Clock clock = Clock.systemUTC();
    private final Reading reading;
    private final Checks checks = new Checks();

    ValidationRun(Path file, Given given) {
        this.file = file;
        this.given = given;
        String name = given.name.orElseGet(() -> String.valueOf(file.getFileName()));
        this.reading = new Reading(file, "validation of " + name, given.listener.guarded(), given.cancellation);
    }

    Validation run() {
        requireFile();
        FileStamp stamp = FilePass.stamp(file);
        checkSize(stamp.sizeBytes());
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
            checks.skipped(DIGEST, UNREAD);
        }
        Header header = Header.read(file);
        structure(header, layout(header));
        checks.skipped(CONTENT, UNREAD);
        return concluded(header, known.map(Remembered::sha256), Described.of(header, given));
    }

    /** The file is the one that passed before: its bytes are not read again. */
    private Validation remembered(Remembered known) {
        checkDigest(known.sha256(), asOf(known));
        Header header = Header.read(file);
        structure(header, layout(header));
        checks.passed(CONTENT, SOUND + asOf(known));
        return concluded(header, Optional.of(known.sha256()), Described.of(header, given));
    }

    private List<Finding> layout(Header header) {
        return header.gguf().map(gguf -> Layout.findings(file, gguf)).orElse(List.of());
    }

    private static String asOf(Remembered known) {
        return ", as read on " + known.when().toString().substring(0, 10) + "; the file has not changed since";
    }

    private Validation full(FileStamp stamp) {
        Instant begun = clock.instant();
        reading.start(stamp.sizeBytes());
        // The rules for the header are applied while the content is read: both take a while for large vocabularies.
        try (Workers beside = new Workers("bear-rules", 1)) {
            Header header = Header.read(file);
            Future<List<Outcome>> described = beside.compute(() -> Described.of(header, given));
            Optional<ContentScan> scan = header.gguf().map(ContentScan::new);
            Sha256 digest =
                    reading.digest(stamp, scan.map(FilePass.Scan.class::cast).orElse(FilePass.Scan.NONE));
            checkDigest(digest, "");
            structure(header, scan.map(ContentScan::layout).orElse(List.of()));
            content(header, scan);
            Validation validation = concluded(header, Optional.of(digest), Workers.await(described));
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
        // The others depend on what the caller expects, and are made anew each time.
        boolean sound = validation.failures().stream().noneMatch(failed -> OF_THE_FILE.contains(failed.name()));
        Optional<Level> level = sound ? Optional.of(Level.FULL) : Optional.empty();
        List<String> passed = validation.checks().stream()
                .filter(Check.Passed.class::isInstance)
                .map(Check::name)
                .toList();
        given.memory.ifPresent(
                memory -> memory.put(file, stamp, new Remembered(digest, begun, level, passed, Validator.RULES)));
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
                .ifPresent(gguf -> checks.report(
                        "structure",
                        Stream.concat(gguf.findings().stream(), layout.stream()).toList(),
                        gguf.tensors().size() + " tensors in place"));
    }

    private void content(Header header, Optional<ContentScan> scan) {
        if (scan.isEmpty()) {
            checks.skipped(CONTENT, Header.UNREADABLE);
        } else if (header.gguf().orElseThrow().tensors().isEmpty()) {
            checks.skipped(CONTENT, "the file holds no tensors");
        } else {
            checks.report(CONTENT, scan.get().numbers(), SOUND);
        }
    }

    /** The checks that follow when structure and content are known. */
    private Validation concluded(Header header, Optional<Sha256> digest, List<Outcome> described) {
        described.forEach(checks::add);
        given.cancellation.check();
        Optional<Gguf> gguf = header.gguf();
        Optional<Gguf> whole = gguf.flatMap(part -> new Parts(file, given, checks).check(part));
        Signed.check(file, given, digest, checks);
        gguf.ifPresent(part -> given.more.forEach(more -> {
            given.cancellation.check();
            checks.add(more.of(file, whole.orElse(part)));
        }));
        return new Validation(file, given.level, checks.all(), checks.findings(), digest, whole.or(() -> gguf));
    }
}
