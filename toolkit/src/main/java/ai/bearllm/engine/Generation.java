package ai.bearllm.engine;

import ai.bearllm.model.FinishReason;
import ai.bearllm.model.RunRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request produced, with everything needed to judge and repeat it.
 *
 * @param text the generated text
 * @param tokenIds the generated tokens, where the engine tells them
 * @param tokens exact counts
 * @param times where the time went; {@code load} is empty
 * @param finishReason why it ended
 * @param parameters every effective parameter of this run, load options included, by name
 */
public record Generation(
        String text,
        Optional<List<Integer>> tokenIds,
        RunRecord.Tokens tokens,
        RunRecord.Times times,
        FinishReason finishReason,
        Map<String, String> parameters) {
    public Generation {
        tokenIds = tokenIds.map(List::copyOf);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
