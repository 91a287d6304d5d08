package ai.bearllm.hub;

import ai.bearllm.model.Origin;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model's repository on the hub.
 *
 * @param id {@code owner/name}
 * @param commit the commit that this describes; empty where the hub does not say
 * @param license what the repository declares, as the hub writes it, for example {@code apache-2.0}; empty where nothing
 * @param gated whether its owner asks for something first
 * @param isPrivate whether only some accounts see it
 * @param tags as the hub lists them
 * @param downloads in the last 30 days, as the hub counts; empty where it does not say
 * @param likes empty where the hub does not say
 * @param lastModified empty where the hub does not say
 * @param files without sizes and digests in results of a search
 * @param asOf when the hub said all this, where it could not be reached now; empty where it said so now
 */
public record RepoInfo(
        String id,
        Optional<String> commit,
        Optional<String> license,
        Gated gated,
        boolean isPrivate,
        List<String> tags,
        OptionalLong downloads,
        OptionalLong likes,
        Optional<Instant> lastModified,
        List<RepoFile> files,
        Optional<Instant> asOf)
        implements Shown {

    public RepoInfo {
        tags = List.copyOf(tags);
        files = List.copyOf(files);
    }

    RepoInfo asOf(Optional<Instant> when) {
        return new RepoInfo(id, commit, license, gated, isPrivate, tags, downloads, likes, lastModified, files, when);
    }

    /** The same with other files. */
    public RepoInfo files(List<RepoFile> others) {
        return new RepoInfo(id, commit, license, gated, isPrivate, tags, downloads, likes, lastModified, others, asOf);
    }

    /** Whether a repository's owner asks for something before the files can be read. */
    public enum Gated {
        /** Everybody may read it. */
        NO,
        /** Whoever accepts the terms may. */
        AUTO,
        /** The owner decides on each request. */
        MANUAL
    }

    /** Its files that are GGUF models by name. */
    public List<RepoFile> ggufFiles() {
        return files.stream().filter(RepoFile::isGguf).toList();
    }

    /** Where a file of this repository comes from, at this commit where it is known. */
    public Origin.HubFile origin(RepoFile file) {
        return new Origin.HubFile(id, commit.orElse("main"), file.path());
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(id).columns("file", "size", "SHA-256");
        for (RepoFile file : files) {
            sheet.row(
                    Failures.brief(file.path()),
                    file.size().orElse(null),
                    file.sha256().map(hash -> hash.brief()).orElse(null));
        }
        sheet.note("License: " + license.map(Failures::brief).orElse("not declared") + ".");
        if (gated != Gated.NO) {
            sheet.note("Gated: its owner shares it only with those who accepted the terms on its page.");
        }
        commit.ifPresent(hash -> sheet.note("Commit " + Failures.brief(hash) + "."));
        asOf.ifPresent(when -> sheet.note("As of " + Sheet.format(when) + ": the hub cannot be reached now."));
        return sheet.build();
    }

    /** The id, the number of GGUF files and the license. */
    @Override
    public String toString() {
        String text = Failures.brief(id) + ", " + ggufFiles().size() + " GGUF, "
                + license.map(Failures::brief).orElse("no license declared");
        return text.length() > 80 ? text.substring(0, 79) + "…" : text;
    }
}
