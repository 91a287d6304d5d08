package ai.bearllm.chat;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/** Keeps a view's failure from the answer that it shows. */
final class GuardedView implements AnswerView {
    private static final Logger LOG = System.getLogger(GuardedView.class.getName());

    private final AnswerView view;
    private boolean broken;

    private GuardedView(AnswerView view) {
        this.view = view;
    }

    /** The next view; one that shows nothing where none can be made. */
    static GuardedView of(Supplier<AnswerView> views) {
        try {
            return new GuardedView(views.get());
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "there is no display for an answer", e);
            return new GuardedView(AnswerView.NONE);
        }
    }

    @Override
    public void text(String delta) {
        attempt(() -> view.text(delta));
    }

    @Override
    public void finished(Answer answer) {
        attempt(() -> view.finished(answer));
    }

    @Override
    public void failed(String why) {
        attempt(() -> view.failed(why));
    }

    private synchronized void attempt(Runnable call) {
        if (broken) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            broken = true;
            LOG.log(Level.WARNING, "the display of an answer failed and shows no more of it", e);
        }
    }
}
