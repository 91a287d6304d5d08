package ai.bearllm.validation;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.FileStamp;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of a model as they were when the work on them began.
 *
 * @param stamps one a file
 */
record Snapshot(Map<Path, FileStamp> stamps) {
    static Snapshot of(Path file, Gguf gguf) {
        Map<Path, FileStamp> stamps = new LinkedHashMap<>();
        // The parts of a split model lie beside each other; a single file may be called otherwise than it calls itself.
        if (gguf.parts().size() == 1) {
            stamps.put(file, FilePass.stamp(file));
        } else {
            gguf.parts().stream()
                    .map(part -> file.resolveSibling(part.name()))
                    .forEach(path -> stamps.put(path, FilePass.stamp(path)));
        }
        return new Snapshot(stamps);
    }

    /** Throws where one of them has changed. */
    void requireUnchanged() {
        stamps.forEach((path, stamp) -> {
            if (!FilePass.stamp(path).isSameContent(stamp)) {
                throw FilePass.changed(path, "it was changed while it was read");
            }
        });
    }
}
