package ai.bearllm.notebook;

import ai.bearllm.chat.AnswerView;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.ShownView;

/** The outputs of a notebook's cells. */
final class Cells implements Surface {
    private final Kernel kernel;
    private final Pacer pacer = new Pacer();

    Cells(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public ProgressListener progress() {
        return new CellProgress(() -> new LiveOutput(kernel, pacer)).guarded();
    }

    @Override
    public AnswerView answer() {
        return new CellAnswer(new LiveOutput(kernel, pacer));
    }

    @Override
    public ShownView live() {
        return new CellShown(new LiveOutput(kernel, pacer), kernel::isWatched);
    }
}
