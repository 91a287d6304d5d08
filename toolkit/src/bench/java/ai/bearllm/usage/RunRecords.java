package ai.bearllm.usage;

import ai.bearllm.model.FinishReason;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** Runs as an engine makes them, with every field known. */
final class RunRecords {
    private RunRecords() {}

    static RunRecord full(Instant when) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String name :
                new String[] {"context", "threads", "batch", "temperature", "top_k", "top_p", "min_p", "seed"}) {
            parameters.put(name, "2048");
        }
        return new RunRecord(
                UUID.randomUUID(),
                when,
                RunRecord.Kind.ANSWER,
                Optional.of("notes.ipynb"),
                ModelId.parse("TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M@52e7645"),
                Optional.of(new Sha256("ab".repeat(32))),
                "llama.cpp",
                "java-llama.cpp 4.2.0 (b4916)",
                parameters,
                new RunRecord.Tokens(OptionalInt.of(120), OptionalInt.of(64), OptionalInt.of(20), OptionalInt.of(0)),
                new RunRecord.Times(
                        Optional.of(Duration.ofMillis(1_234)),
                        Optional.of(Duration.ofMillis(250)),
                        Optional.of(Duration.ofMillis(200)),
                        Optional.of(Duration.ofMillis(1_600)),
                        Optional.of(Duration.ofMillis(1_850))),
                new RunRecord.Memory(OptionalLong.of(5_000_000_000L), OptionalLong.of(668_788_096)),
                new RunRecord.Gpu(OptionalInt.of(0), OptionalLong.empty(), Optional.of("no driver")),
                new RunRecord.Energy(OptionalDouble.of(12.75), Optional.of("RAPL package")),
                Optional.of(FinishReason.MAX_TOKENS),
                Optional.empty());
    }

    /** The same run once more, as another one. */
    static RunRecord again(RunRecord run) {
        return new RunRecord(
                UUID.randomUUID(),
                run.when(),
                run.kind(),
                run.notebook(),
                run.model(),
                run.sha256(),
                run.engine(),
                run.engineBuild(),
                run.parameters(),
                run.tokens(),
                run.times(),
                run.memory(),
                run.gpu(),
                run.energy(),
                run.finishReason(),
                run.errorClass());
    }
}
