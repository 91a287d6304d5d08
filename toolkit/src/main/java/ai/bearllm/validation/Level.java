package ai.bearllm.validation;

/** How much of a file a validation reads. */
public enum Level {
    /** Structure, metadata, tokenizer and template: milliseconds, whatever the file's size. */
    QUICK,
    /** All of {@link #QUICK}, the digest of the whole file, and every scale in it. */
    FULL
}
