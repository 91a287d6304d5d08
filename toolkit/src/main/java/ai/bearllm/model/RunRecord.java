package ai.bearllm.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What one run of a model did: the row that usage statistics, benchmarks and reports share. It never holds any of the
 * prompt's or the answer's text.
 *
 * <p>Whatever was not measured is empty, never zero.
 *
 * @param id unique, so that merging a journal twice adds nothing
 * @param when the run's start
 * @param kind what ran
 * @param notebook name of the notebook or session that asked, where known
 * @param model the model's id
 * @param sha256 digest of the file that ran, where it was checked
 * @param engine which engine, for example {@code llama.cpp}
 * @param engineBuild its exact version and build, for example {@code java-llama.cpp 4.2.0 (b4916)}
 * @param parameters every effective load and sampling parameter by its name, in a fixed order
 * @param tokens exact counts
 * @param times where the time went
 * @param memory of the process that held the model
 * @param gpu what the GPU took over
 * @param energy what was used
 * @param finishReason why the generation ended
 * @param errorClass simple name of the failure's class, for a run that failed
 */
public record RunRecord(
        UUID id,
        Instant when,
        Kind kind,
        Optional<String> notebook,
        ModelId model,
        Optional<Sha256> sha256,
        String engine,
        String engineBuild,
        Map<String, String> parameters,
        Tokens tokens,
        Times times,
        Memory memory,
        Gpu gpu,
        Energy energy,
        Optional<FinishReason> finishReason,
        Optional<String> errorClass) {

    public RunRecord {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** What ran. */
    public enum Kind {
        /** An answer in a conversation. */
        ANSWER,
        /** A generation outside of any conversation. */
        GENERATION,
        /** An embedding. */
        EMBEDDING,
        /** One sample of a benchmark. */
        SAMPLE,
        /** Loading a model. */
        LOAD
    }

    /**
     * Token counts as the engine counted them.
     *
     * @param prompt tokens of the whole prompt, cached ones included
     * @param generated tokens generated, the end token not included
     * @param cached prompt tokens that an earlier run had already computed
     * @param truncated tokens left out because they did not fit the context
     */
    public record Tokens(OptionalInt prompt, OptionalInt generated, OptionalInt cached, OptionalInt truncated) {
        /** Nothing was counted. */
        public static final Tokens UNKNOWN =
                new Tokens(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * Where the time went.
     *
     * @param load loading the model, where this run had to
     * @param timeToFirstToken from the request to the first token's text
     * @param prompt computing the prompt (without cached tokens)
     * @param decode computing the generated tokens
     * @param total from the request to the result
     */
    public record Times(
            Optional<Duration> load,
            Optional<Duration> timeToFirstToken,
            Optional<Duration> prompt,
            Optional<Duration> decode,
            Optional<Duration> total) {
        /** Nothing was timed. */
        public static final Times UNKNOWN =
                new Times(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Memory of the process that held the model, at its highest during the run, in bytes.
     *
     * @param anonymousBytes private memory: KV cache, compute buffers, weights that were copied
     * @param fileMappedBytes resident pages of mapped files: mapped weights
     */
    public record Memory(OptionalLong anonymousBytes, OptionalLong fileMappedBytes) {
        /** Nothing was measured. */
        public static final Memory UNKNOWN = new Memory(OptionalLong.empty(), OptionalLong.empty());
    }

    /**
     * What the GPU took over.
     *
     * @param layers layers computed there; 0 when the run was on the CPU
     * @param memoryBytes GPU memory used
     * @param fallbackReason why the run was on the CPU although a GPU was asked for
     */
    public record Gpu(OptionalInt layers, OptionalLong memoryBytes, Optional<String> fallbackReason) {
        /** Nothing is known. */
        public static final Gpu UNKNOWN = new Gpu(OptionalInt.empty(), OptionalLong.empty(), Optional.empty());
    }

    /**
     * Energy used by the run.
     *
     * @param joules what was used
     * @param source where the figure comes from, for example {@code RAPL package}, {@code NVML}
     */
    public record Energy(OptionalDouble joules, Optional<String> source) {
        /** Nothing was measured. */
        public static final Energy UNKNOWN = new Energy(OptionalDouble.empty(), Optional.empty());
    }

    /**
     * Prompt tokens computed per second; cached ones do not count. Empty where a count or time is unknown or zero.
     */
    public OptionalDouble promptTokensPerSecond() {
        if (tokens.prompt().isEmpty()) {
            return OptionalDouble.empty();
        }
        return rate(tokens.prompt().getAsInt() - tokens.cached().orElse(0), times.prompt());
    }

    /** Tokens generated per second of decoding. Empty where a count or time is unknown or zero. */
    public OptionalDouble decodeTokensPerSecond() {
        return tokens.generated().isEmpty()
                ? OptionalDouble.empty()
                : rate(tokens.generated().getAsInt(), times.decode());
    }

    private static OptionalDouble rate(int count, Optional<Duration> time) {
        if (count <= 0 || time.isEmpty() || time.get().isZero()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(count / (time.get().toNanos() / 1e9));
    }
}
