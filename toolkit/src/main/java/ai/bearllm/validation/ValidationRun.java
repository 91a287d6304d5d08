package ai.bearllm.validation;

import ai.bearllm.gguf.Finding;
import ai.bearllm.gguf.Finding.Severity;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufFormatException;
import ai.bearllm.model.BearException;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;

/** One pass of the checks over one file. */
final class ValidationRun {
    private static final String AGAIN = "Download the file again; if it fails twice, ask its publisher.";
    private static final String ELSEWHERE =
            "Get the model from another source; this file is as it was published, so downloading it again does not help.";

    private final Path file;
    private final ProgressListener listener;
    private final Cancellation cancellation;
    private final String job;
    private final long started = System.nanoTime();
    private final List<Check> checks = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private boolean asPublished;

    ValidationRun(Path file, ProgressListener listener, Cancellation cancellation) {
        this.file = file;
        this.listener = listener;
        this.cancellation = cancellation;
        Path last = file.getFileName();
        this.job = "validation of " + (last == null ? file : last);
    }

    Validation full(Optional<Sha256> expected, OptionalLong expectedSize) {
        long size = size();
        listener.on(new Progress.Started(job, OptionalLong.of(size), Progress.Unit.BYTES));
        try {
            checkSize(size, expectedSize);
            Sha256 digest = FileDigest.of(file, size, job, listener, cancellation);
            checkDigest(digest, expected);
            return finished(structure(Optional.of(digest)));
        } catch (CancellationException e) {
            listener.on(new Progress.Cancelled(job));
            throw e;
        } catch (RuntimeException e) {
            listener.on(new Progress.Failed(job, String.valueOf(e.getMessage())));
            throw e;
        }
    }

    Validation quick() {
        size();
        checks.add(new Check.Skipped("SHA-256", "a quick validation does not read the whole file"));
        return structure(Optional.empty());
    }

    private Validation finished(Validation validation) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
        listener.on(
                validation.ok()
                        ? new Progress.Verified(job, elapsed, validation.counts())
                        : new Progress.Failed(job, reason(validation.failures().get(0))));
        return validation;
    }

    private static String reason(Check.Failed failed) {
        return failed.name() + ": found " + failed.found() + ", expected " + failed.expected();
    }

    private long size() {
        if (!Files.isRegularFile(file)) {
            throw Files.exists(file)
                    ? new BearException(file + " is not a regular file.", "Name a .gguf file.")
                    : new BearException(
                            "There is no file " + file + ".",
                            "Check the path, or download the model.",
                            new NoSuchFileException(file.toString()));
        }
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FileDigest.unreadable(file, e);
        }
    }

    private void checkSize(long size, OptionalLong expected) {
        if (expected.isEmpty()) {
            checks.add(
                    new Check.Skipped("size", "nobody has said how long the file must be; it has " + size + " bytes"));
        } else if (expected.getAsLong() == size) {
            checks.add(new Check.Passed("size", size + " bytes"));
        } else {
            checks.add(new Check.Failed("size", size + " bytes", expected.getAsLong() + " bytes", AGAIN));
        }
    }

    private void checkDigest(Sha256 digest, Optional<Sha256> expected) {
        if (expected.isEmpty()) {
            checks.add(new Check.Skipped("SHA-256", "no digest is known to compare with; the file's is " + digest));
        } else if (expected.get().equals(digest)) {
            asPublished = true;
            checks.add(new Check.Passed("SHA-256", digest.hex()));
        } else {
            checks.add(new Check.Failed("SHA-256", digest.hex(), expected.get().hex(), AGAIN));
        }
    }

    private Validation structure(Optional<Sha256> digest) {
        Gguf gguf;
        try {
            gguf = Gguf.readPart(file);
        } catch (GgufFormatException e) {
            Finding finding = e.finding();
            findings.add(finding);
            checks.add(failed("structure", List.of(finding), asPublished ? ELSEWHERE : e.fix()));
            checks.add(new Check.Skipped("metadata", "the structure cannot be read"));
            checks.add(new Check.Skipped("tokenizer", "the structure cannot be read"));
            checks.add(new Check.Skipped("chat template", "the structure cannot be read"));
            return new Validation(file, checks, findings, digest, Optional.empty());
        }
        cancellation.check();
        report("structure", new Layout(file, gguf).findings(), gguf.tensors().size() + " tensors in place");
        report("metadata", new MetadataRules(gguf).findings(), described(gguf));
        cancellation.check();
        tokenizer(gguf);
        template(gguf);
        return new Validation(file, checks, findings, digest, Optional.of(gguf));
    }

    private static String described(Gguf gguf) {
        return gguf.metadata()
                + gguf.architecture().map(name -> ", architecture " + name).orElse("");
    }

    private void tokenizer(Gguf gguf) {
        OptionalLong tokens = gguf.vocabularySize();
        if (MetadataRules.isLaterPart(gguf)) {
            checks.add(new Check.Skipped("tokenizer", "it stands in the first part of the split model"));
        } else if (gguf.metadata().value("tokenizer.ggml.tokens").isEmpty()) {
            checks.add(new Check.Skipped("tokenizer", "the file holds no vocabulary"));
        } else {
            report("tokenizer", new TokenizerRules(gguf).findings(), tokens.orElse(0) + " tokens");
        }
    }

    private void template(Gguf gguf) {
        long templates = TemplateRules.count(gguf);
        if (templates == 0) {
            checks.add(new Check.Skipped("chat template", "the file holds none"));
        } else {
            report(
                    "chat template",
                    new TemplateRules(gguf).findings(),
                    templates == 1 ? "it parses" : templates + " parse");
        }
    }

    private void report(String name, List<Finding> found, String detail) {
        findings.addAll(found);
        List<Finding> errors = found.stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .toList();
        checks.add(
                errors.isEmpty()
                        ? new Check.Passed(name, detail)
                        : failed(name, errors, asPublished ? ELSEWHERE : AGAIN));
    }

    private static Check.Failed failed(String name, List<Finding> errors, String fix) {
        Finding first = errors.get(0);
        String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : "";
        String where = first.offset().isPresent() ? " at byte " + first.offset().getAsLong() : "";
        return new Check.Failed(name, first.found() + where + more, first.limit(), fix);
    }
}
