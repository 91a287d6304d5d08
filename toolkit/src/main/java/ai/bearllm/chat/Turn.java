package ai.bearllm.chat;

import java.util.OptionalInt;

/**
 * One message of a conversation.
 *
 * @param role who speaks
 * @param text what was said
 * @param tokens how many tokens the text has; empty where that was not counted
 * @param stopped the answer was stopped, the text is what had come
 */
public record Turn(Role role, String text, OptionalInt tokens, boolean stopped) {
    static Turn of(Role role, String text) {
        return new Turn(role, text, OptionalInt.empty(), false);
    }

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
