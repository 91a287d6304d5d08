package ai.bearllm.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A view that writes down what it is shown. */
class Seen implements AnswerView {
    final StringBuffer text = new StringBuffer();
    final List<String> ends = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void text(String delta) {
        text.append(delta);
    }

    @Override
    public void finished(Answer answer) {
        ends.add("finished");
    }

    @Override
    public void failed(String why) {
        ends.add("failed: " + why);
    }
}
