package ai.bearllm.stores;

import java.util.List;

/**
 * What a look into stores found.
 *
 * @param files each model once, by store and name
 * @param notes what was passed over, and why, in sentences
 */
public record FoundFiles(List<ForeignFile> files, List<String> notes) {
    public FoundFiles {
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }
}
