package ai.bearllm.stores;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model that another program keeps on this machine. What its store says about it is a claim: nobody has read the file yet.
 *
 * @param store who keeps it
 * @param files the file with links resolved; of a split model each part, by the names that say which part it is
 * @param size of all parts together, as the disk has it
 * @param name what it is called there, text of a stranger
 * @param provider who offers it, where its place tells
 * @param title what the model may be called, where its place tells
 * @param origin where on the hub it came from, where its place tells
 * @param claimed the digest that the store says it has; empty where the store says none, or the model has parts
 * @param problem why it cannot be adopted as it is, in words for people; empty where nothing is known against it
 */
public record ForeignFile(
        Store store,
        List<Path> files,
        ByteSize size,
        String name,
        Optional<String> provider,
        Optional<String> title,
        Optional<Origin.HubFile> origin,
        Optional<Sha256> claimed,
        Optional<String> problem) {
    public ForeignFile {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a model has at least one file");
        }
    }

    /** The file; of a split model the first part. */
    public Path file() {
        return files.get(0);
    }

    /** Whether it has several parts. */
    public boolean isSplit() {
        return files.size() > 1;
    }

    ForeignFile refused(String why) {
        return new ForeignFile(store, files, size, name, provider, title, origin, claimed, Optional.of(why));
    }
}
