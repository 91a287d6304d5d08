package ai.bearllm.gguf;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.ByteSource;

/**
 * One file of a model: the only one, or a part of a split model.
 *
 * @param source the file, to be opened for its tensors' bytes
 * @param size the file's size
 * @param headerBytes bytes of its header, metadata and tensor table
 * @param dataOffset where its tensors' data begins
 * @param tensors number of its tensors; the first part of a split model may have none
 */
public record GgufPart(ByteSource source, ByteSize size, long headerBytes, long dataOffset, int tensors) {
    /** The file's name. */
    public String name() {
        return source.name();
    }

    /** Name, size and number of tensors. */
    @Override
    public String toString() {
        return name() + ", " + size + ", " + tensors + " tensors";
    }
}
