package ai.bearllm.chat;

/**
 * One message of a conversation.
 *
 * @param role who speaks
 * @param text what was said
 */
public record Turn(Role role, String text) {
    /** Who speaks. */
    public enum Role {
        /** Sets the rules; first, if at all. */
        SYSTEM("system"),
        /** The person. */
        USER("user"),
        /** The model. */
        ASSISTANT("assistant");

        private final String label;

        Role(String label) {
            this.label = label;
        }

        /** The role's name in templates and in the common JSON form of conversations. */
        public String label() {
            return label;
        }
    }
}
