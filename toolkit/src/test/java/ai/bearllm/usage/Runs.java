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

/** Run records for tests and benchmarks. */
final class Runs {
    private Runs() {}

    /** Everything known, with texts that need care. */
    static RunRecord full(Instant when) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("temperature", "0.7");
        parameters.put("context", "2048");
        parameters.put("stop \"x\"\n", "a'b,c{d}\u00e9\ud83d\udc3b");
        return new RunRecord(
                UUID.randomUUID(),
                when,
                RunRecord.Kind.ANSWER,
                Optional.of("B\u00e4r \"notes\".ipynb"),
                ModelId.parse("TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M@52e7645"),
                Optional.of(new Sha256("ab".repeat(32))),
                "llama.cpp",
                "java-llama.cpp 4.2.0 (b4916)",
                parameters,
                new RunRecord.Tokens(OptionalInt.of(120), OptionalInt.of(64), OptionalInt.of(20), OptionalInt.of(0)),
                new RunRecord.Times(
                        Optional.of(Duration.ofNanos(1_234_567_891)),
                        Optional.of(Duration.ofMillis(250)),
                        Optional.of(Duration.ofMillis(200)),
                        Optional.of(Duration.ofNanos(1_600_000_001)),
                        Optional.of(Duration.ofMillis(1_850))),
                new RunRecord.Memory(OptionalLong.of(5_000_000_000L), OptionalLong.of(668_788_096)),
                new RunRecord.Gpu(OptionalInt.of(0), OptionalLong.of(1), Optional.of("no driver")),
                new RunRecord.Energy(OptionalDouble.of(12.75), Optional.of("RAPL package")),
                Optional.of(FinishReason.MAX_TOKENS),
                Optional.empty());
    }

    /** Only what every run has. */
    static RunRecord bare(String model, String engine, Instant when) {
        return new RunRecord(
                UUID.randomUUID(),
                when,
                RunRecord.Kind.SAMPLE,
                Optional.empty(),
                ModelId.parse(model),
                Optional.empty(),
                engine,
                "1",
                Map.of(),
                RunRecord.Tokens.UNKNOWN,
                RunRecord.Times.UNKNOWN,
                RunRecord.Memory.UNKNOWN,
                RunRecord.Gpu.UNKNOWN,
                RunRecord.Energy.UNKNOWN,
                Optional.empty(),
                Optional.empty());
    }

    /** A run that failed. */
    static RunRecord failed(String model, String engine, Instant when) {
        RunRecord run = bare(model, engine, when);
        return new RunRecord(
                run.id(),
                when,
                run.kind(),
                run.notebook(),
                run.model(),
                run.sha256(),
                engine,
                run.engineBuild(),
                run.parameters(),
                run.tokens(),
                run.times(),
                run.memory(),
                run.gpu(),
                run.energy(),
                run.finishReason(),
                Optional.of("WorkerDiedException"));
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
