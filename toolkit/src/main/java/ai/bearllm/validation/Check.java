package ai.bearllm.validation;

/** The outcome of one check of a file. */
public sealed interface Check {
    /** What was checked, in words for people, for example {@code SHA-256}. */
    String name();

    /**
     * All is as it should be.
     *
     * @param detail what was seen
     */
    record Passed(String name, String detail) implements Check {}

    /**
     * Not checked.
     *
     * @param why the reason
     */
    record Skipped(String name, String why) implements Check {}

    /**
     * Not as it should be: the file must not be loaded.
     *
     * @param found what was found
     * @param expected what was expected
     * @param fix what the reader can do, in the imperative
     */
    record Failed(String name, String found, String expected, String fix) implements Check {}
}
