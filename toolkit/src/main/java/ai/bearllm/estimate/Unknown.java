package ai.bearllm.estimate;

/** Something that a file does not tell, or that this toolkit does not know; the message is the reason. Never leaves the package. */
final class Unknown extends Exception {
    private static final long serialVersionUID = 1L;

    Unknown(String why) {
        super(why);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
