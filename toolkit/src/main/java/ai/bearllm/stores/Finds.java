package ai.bearllm.stores;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Collects what the stores hold: each file once, whoever names it first, and at most so many. Looking costs a bounded number of
 * directory entries, so that no folder, however large, keeps the caller for long.
 */
final class Finds {
    /** More models than anybody has; a folder of more is something else. */
    static final int MOST_FILES = 10_000;
    /** Entries of directories that are looked at, in all stores together. */
    static final int MOST_ENTRIES = 300_000;

    private static final int MOST_NOTES = 40;

    private final Cancellation cancellation;
    private final Map<Path, ForeignFile> files = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private int entries;
    private int unsaid;
    private boolean full;

    Finds(Cancellation cancellation) {
        this.cancellation = cancellation;
    }

    /**
     * What a store says about a file.
     *
     * @param name what it is called there
     * @param title what the model may be called
     */
    record Claim(
            Store store,
            String name,
            Optional<String> provider,
            Optional<String> title,
            Optional<Origin.HubFile> origin,
            Optional<Sha256> sha256,
            Optional<Long> sizeBytes) {}

    /** Counts an entry; false where no more are looked at. */
    boolean mayLook() {
        cancellation.check();
        if (entries++ < MOST_ENTRIES) {
            return true;
        }
        if (!full) {
            full = true;
            note("The search ended after " + MOST_ENTRIES + " files and folders; name the folders with the models"
                    + " by .in(\"...\").");
        }
        return false;
    }

    void note(String sentence) {
        if (notes.size() < MOST_NOTES) {
            notes.add(brief(sentence));
        } else {
            unsaid++;
        }
    }

    /**
     * Adds a model that is one file, if it is a GGUF file and new.
     *
     * @param path as the store names it; links are followed, but not out of the store
     * @param root the store's own folder, links resolved
     */
    void add(Path path, Path root, Claim claim) {
        Optional<Path> real = real(path, claim);
        if (real.isEmpty() || files.containsKey(real.get()) || isTooMany()) {
            return;
        }
        try {
            BasicFileAttributes attributes = attributes(real.get());
            if (!attributes.isRegularFile() || !Magic.isGguf(real.get())) {
                return;
            }
            ForeignFile file = new ForeignFile(
                    claim.store,
                    List.of(real.get()),
                    new ByteSize(attributes.size()),
                    brief(claim.name),
                    claim.provider.map(Finds::brief),
                    claim.title.map(Finds::brief),
                    claim.origin,
                    claim.sha256,
                    Optional.empty());
            files.put(real.get(), judged(file, path, root, claim));
        } catch (IOException e) {
            note(path + " cannot be read: " + e.getMessage() + ".");
        }
    }

    private static ForeignFile judged(ForeignFile file, Path path, Path root, Claim claim) {
        if (!file.file().startsWith(root)) {
            return file.refused("the link " + path.getFileName() + " leads out of " + root
                    + "; where that is meant, add it with bear.add(\"...\")");
        }
        if (claim.sizeBytes.isPresent() && claim.sizeBytes.get() != file.size().bytes()) {
            return file.refused("it has " + file.size().bytes() + " bytes but its store says " + claim.sizeBytes.get()
                    + ": its download was not finished, or it is damaged");
        }
        return isProjector(claim.name)
                ? file.refused("by its name it is a projector, which belongs to another model")
                : file;
    }

    private static boolean isProjector(String name) {
        return name.toLowerCase(Locale.ROOT).contains("mmproj");
    }

    /** Adds a model of several parts. The parts keep the names that tell their numbers, so links are not resolved. */
    void addSplit(List<Path> parts, Path root, Claim claim, Optional<String> problem) {
        Path first = parts.get(0);
        Optional<Path> real = real(first, claim);
        if (real.isEmpty() || files.containsKey(real.get()) || isTooMany()) {
            return;
        }
        try {
            long bytes = 0;
            Optional<String> why = problem;
            for (Path part : parts) {
                Path target = part.toRealPath();
                BasicFileAttributes attributes = attributes(target);
                if (!attributes.isRegularFile() || !Magic.isGguf(target)) {
                    why = Optional.of("the part " + part.getFileName() + " is no GGUF file");
                } else if (!target.startsWith(root)) {
                    why = Optional.of("the link " + part.getFileName() + " leads out of " + root);
                }
                bytes = Math.addExact(bytes, attributes.size());
            }
            ForeignFile file = new ForeignFile(
                    claim.store,
                    parts,
                    new ByteSize(bytes),
                    brief(claim.name),
                    claim.provider.map(Finds::brief),
                    claim.title.map(Finds::brief),
                    claim.origin,
                    Optional.empty(),
                    why);
            files.put(real.get(), file);
        } catch (IOException | ArithmeticException e) {
            note(first + " and its parts cannot be read: " + e.getMessage() + ".");
        }
    }

    private Optional<Path> real(Path path, Claim claim) {
        try {
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            note("The " + claim.store + " names " + claim.name + ", but its file is not there.");
            return Optional.empty();
        }
    }

    private boolean isTooMany() {
        if (files.size() < MOST_FILES) {
            return false;
        }
        if (!full) {
            full = true;
            note("Only the first " + MOST_FILES + " files are listed.");
        }
        return true;
    }

    private static BasicFileAttributes attributes(Path real) throws IOException {
        return Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Texts of strangers end up in tables and messages. */
    static String brief(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "\uFFFD");
        return line.length() > 300 ? line.substring(0, 299) + "…" : line;
    }

    FoundFiles all() {
        List<ForeignFile> sorted = new ArrayList<>(files.values());
        sorted.sort(Comparator.comparing(ForeignFile::store).thenComparing(ForeignFile::name));
        List<String> said = new ArrayList<>(notes);
        if (unsaid > 0) {
            said.add("There are " + unsaid + " more such notes.");
        }
        return new FoundFiles(sorted, said);
    }
}
