package ai.bearllm.stores;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/** Reads a stranger's JSON: bounded in depth and in the length of its numbers. */
final class StoreJson {
    /** Longer is none of the small files that describe a model; real ones have about a thousand bytes. */
    static final int LONGEST = 1 << 20;

    private static final int DEEPEST = 64;

    private final JsonMapper mapper = JsonMapper.builder().build();

    StoreJson() {
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxNumberLength(100)
                        .build());
    }

    /** What these bytes say; empty where they are no JSON. */
    Optional<JsonNode> read(byte[] bytes) {
        try {
            return Optional.ofNullable(mapper.readTree(bytes));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
