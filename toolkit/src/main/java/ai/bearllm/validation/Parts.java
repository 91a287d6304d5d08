package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.gguf.GgufFormatException;
import ai.bearllm.gguf.GgufPart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The other parts, where a file is one of a split model. */
final class Parts {
    private static final String NAME = "parts";

    private final Path file;
    private final Given given;
    private final Checks checks;

    Parts(Path file, Given given, Checks checks) {
        this.file = file;
        this.given = given;
        this.checks = checks;
    }

    /** Whether the file says that it is one part of several. */
    static boolean isPart(Gguf gguf) {
        return gguf.metadata().integer("split.count").orElse(1) > 1
                || gguf.metadata().integer("split.no").orElse(0) != 0;
    }

    /** Checks the others where that is wanted, and returns the whole model where it can be read. */
    Optional<Gguf> check(Gguf part) {
        if (!isPart(part)) {
            return Optional.empty();
        }
        if (!given.allParts) {
            checks.skipped(NAME, "this is a part of a split model; the others were not looked at");
            return Optional.empty();
        }
        Gguf whole;
        try {
            whole = Gguf.read(file);
        } catch (GgufFormatException e) {
            checks.refused(NAME, e);
            return Optional.empty();
        }
        Optional<Check.Failed> failed = others(whole);
        if (failed.isPresent()) {
            checks.add(failed.get());
        } else {
            checks.passed(NAME, whole.parts().size() + " parts that belong together");
        }
        return Optional.of(whole);
    }

    /** The first failure in another part. */
    private Optional<Check.Failed> others(Gguf whole) {
        List<Check.Failed> failures = new ArrayList<>();
        for (GgufPart part : whole.parts()) {
            Path path = file.resolveSibling(part.name());
            if (path.getFileName().equals(file.getFileName())) {
                continue;
            }
            Given alone = new Given().with(next -> {
                next.level = given.level;
                next.sha256 = Optional.ofNullable(given.parts.get(part.name()));
                next.memory = given.memory;
                next.listener = given.listener;
                next.cancellation = given.cancellation;
            });
            Validation validation = new ValidationRun(path, alone).run();
            checks.note(part.name(), validation.findings());
            validation.failures().stream()
                    .map(failure -> new Check.Failed(
                            NAME,
                            part.name() + ": " + failure.name() + ": " + failure.found(),
                            failure.expected(),
                            failure.fix()))
                    .forEach(failures::add);
        }
        return failures.stream().findFirst();
    }
}
