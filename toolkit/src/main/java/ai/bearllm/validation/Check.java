package ai.bearllm.validation;

/** The outcome of one check of a file. */
public sealed interface Check {
    /** What was checked, in words for people, for example {@code SHA-256}. */
    String name();

    /**
     * All is as it should be, or at least nothing keeps the file from being loaded.
     *
     * @param detail what was seen
     * @param warnings how many things were found that are wrong all the same; they stand in {@link Validation#findings}
     */
    record Passed(String name, String detail, int warnings) implements Check {
        /** All is as it should be. */
        public Passed(String name, String detail) {
            this(name, detail, 0);
        }
    }

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
