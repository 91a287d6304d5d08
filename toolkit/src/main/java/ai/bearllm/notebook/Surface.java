package ai.bearllm.notebook;

import ai.bearllm.chat.AnswerView;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.progress.ShownView;

/** One way of showing things: cells of a notebook, or a console. */
interface Surface {
    String name();

    ProgressListener progress();

    AnswerView answer();

    ShownView live();
}
