package ai.bearllm.chat;

/**
 * Shows an answer while it comes. Called on a thread of the toolkit, one call at a time:
 * {@code text* (finished | failed)}. A view that throws is not called again for that answer; the answer goes on.
 */
public interface AnswerView {
    /** Shows nothing. */
    AnswerView NONE = new AnswerView() {
        @Override
        public void text(String delta) {}

        @Override
        public void finished(Answer answer) {}

        @Override
        public void failed(String why) {}
    };

    /** More of the answer's text. */
    void text(String delta);

    /** The answer is whole, or was stopped; its footer is {@link Answer#footer()}. */
    void finished(Answer answer);

    /** There will be no more of this answer, for this reason. */
    void failed(String why);
}
