package ai.bearllm.usage;

import ai.bearllm.model.RunRecord;
import java.util.Optional;

/** Writes a run as one line of JSON whose keys are the columns of the table {@code runs}. */
final class RunJson {
    private RunJson() {}

    /** @param session the notebook or session that asked, for a run that does not tell it */
    static String of(RunRecord run, Optional<String> session) {
        return RecordJson.of(to -> {
            to.text("id", run.id());
            to.columns(run, session);
        });
    }
}
