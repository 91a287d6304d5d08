package ai.bearllm.run;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.Session;
import ai.bearllm.machine.EnergyMeter;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * A model loaded on an engine. Every generation is recorded in the usage statistics, failed ones too; the text is not.
 *
 * <p>Calls wait on a thread of the toolkit, so that a stopped cell cancels the run and leaves the session usable.
 */
public final class ModelSession implements AutoCloseable, Shown {
    private final Subject subject;
    private final Session session;
    private final Consumer<RunRecord> recorder;
    private final Clock clock;
    private final EnergyMeter energy;

    /**
     * @param subject what is loaded, and where
     * @param session the engine's session; closed with this one
     * @param recorder takes each run's record; must not throw
     */
    public ModelSession(Subject subject, Session session, Consumer<RunRecord> recorder, Clock clock) {
        this(subject, session, recorder, clock, EnergyMeter.here());
    }

    ModelSession(Subject subject, Session session, Consumer<RunRecord> recorder, Clock clock, EnergyMeter energy) {
        this.energy = energy;
        this.subject = subject;
        this.session = session;
        this.recorder = recorder;
        this.clock = clock;
    }

    /**
     * What is loaded, and where.
     *
     * @param model the model's id
     * @param sha256 digest of the file that is loaded, where it was checked
     * @param kind how the model chats
     * @param chatTemplate the file's template, else the catalog's; empty for base models
     * @param specialTokens the texts that templates may name: {@code bos_token}, {@code eos_token}, as far as the file has them
     * @param controlTokens texts that the tokenizer takes for commands wherever they stand, for example {@code <|im_start|>}
     * @param contextTokens the longest context the model was made for, where known
     * @param engine the engine's name
     * @param engineBuild its exact version and build
     */
    public record Subject(
            ModelId model,
            Optional<Sha256> sha256,
            ModelCard.Kind kind,
            Optional<String> chatTemplate,
            Map<String, String> specialTokens,
            List<String> controlTokens,
            OptionalInt contextTokens,
            String engine,
            String engineBuild) {
        public Subject {
            specialTokens = Map.copyOf(specialTokens);
            controlTokens = List.copyOf(controlTokens);
        }
    }

    /**
     * A generation with the record that was made of it.
     *
     * @param generation the engine's result
     * @param record what the usage statistics keep
     */
    public record Run(Generation generation, RunRecord record) {}

    /** What is loaded, and where. */
    public Subject subject() {
        return subject;
    }

    /** How it was loaded. */
    public LoadReport loaded() {
        return session.loaded();
    }

    /** Memory of the process that holds the model. */
    public MemoryReport memory() {
        return session.memory();
    }

    /** Generates up to 128 tokens with default sampling. */
    public Generation generate(String prompt) {
        return generate(GenerationRequest.of(prompt, 128));
    }

    /** Goes on with a prompt in a way that is chosen step by step: {@code prompt("Once").temperature(0).generate()}. */
    public PromptBuilder prompt(String text) {
        return PromptBuilder.of(this, text);
    }

    /** Generates and waits. */
    public Generation generate(GenerationRequest request) {
        return run(RunRecord.Kind.GENERATION, request, 0, GenerationListener.NONE, Cancellation.create())
                .generation();
    }

    /** Generates, streams, waits, and returns the result with its record. */
    public Run run(
            RunRecord.Kind kind, GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
        return run(kind, request, 0, listener, cancellation);
    }

    /**
     * As {@link #run(RunRecord.Kind, GenerationRequest, GenerationListener, Cancellation)}, for a prompt from which something
     * was left out already.
     *
     * @param truncated how many tokens the caller left out to make the prompt fit
     */
    public Run run(
            RunRecord.Kind kind,
            GenerationRequest request,
            int truncated,
            GenerationListener listener,
            Cancellation cancellation) {
        return Task.await("generate", cancellation, () -> recorded(kind, request, truncated, listener, cancellation));
    }

    private Run recorded(
            RunRecord.Kind kind,
            GenerationRequest request,
            int truncated,
            GenerationListener listener,
            Cancellation cancellation) {
        Instant when = clock.instant();
        try (Watched watched = new Watched(when)) {
            try {
                Generation generation = truncated(session.generate(request, listener, cancellation), truncated);
                RunRecord runRecord = watched.record(kind, Optional.of(generation), generation.times());
                recorder.accept(runRecord);
                return new Run(generation, runRecord);
            } catch (CancellationException e) {
                throw e;
            } catch (RuntimeException e) {
                recorder.accept(watched.failure(kind, e));
                throw e;
            }
        }
    }

    private static Generation truncated(Generation generation, int more) {
        if (more == 0) {
            return generation;
        }
        RunRecord.Tokens tokens = generation.tokens();
        OptionalInt truncated = OptionalInt.of(tokens.truncated().orElse(0) + more);
        return generation.with(new RunRecord.Tokens(tokens.prompt(), tokens.generated(), tokens.cached(), truncated));
    }

    /** A run while it lasts: its time, its memory at the highest, its energy. */
    private final class Watched implements AutoCloseable {
        private final Instant when;
        private final long startNanos = System.nanoTime();
        private final MemoryPeak memory = MemoryPeak.of(session::memory);
        private final EnergyMeter.Reading before = energy.read();

        Watched(Instant when) {
            this.when = when;
        }

        RunRecord record(RunRecord.Kind kind, Optional<Generation> generation, RunRecord.Times times) {
            return record(kind, generation, times, memory.now(), Optional.empty());
        }

        /** Of a failed run the memory is not looked at again: its process may be gone. */
        RunRecord failure(RunRecord.Kind kind, RuntimeException failure) {
            return record(
                    kind,
                    Optional.empty(),
                    lasting(),
                    memory.seen(),
                    Optional.of(failure.getClass().getSimpleName()));
        }

        private RunRecord record(
                RunRecord.Kind kind,
                Optional<Generation> generation,
                RunRecord.Times times,
                RunRecord.Memory highest,
                Optional<String> errorClass) {
            LoadReport loaded = session.loaded();
            OptionalDouble joules = energy.joules(before, energy.read());
            return new RunRecord(
                    UUID.randomUUID(),
                    when,
                    kind,
                    Optional.empty(),
                    subject.model(),
                    subject.sha256(),
                    subject.engine(),
                    subject.engineBuild(),
                    generation.map(Generation::parameters).orElse(loaded.parameters()),
                    generation.map(Generation::tokens).orElse(RunRecord.Tokens.UNKNOWN),
                    times,
                    highest,
                    new RunRecord.Gpu(loaded.gpuLayers(), OptionalLong.empty(), loaded.gpuFallback()),
                    new RunRecord.Energy(
                            joules, joules.isPresent() ? Optional.of(EnergyMeter.SOURCE) : Optional.empty()),
                    generation.map(Generation::finishReason),
                    errorClass);
        }

        /** The times of a run of which only the whole is known. */
        RunRecord.Times lasting() {
            return new RunRecord.Times(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(Duration.ofNanos(System.nanoTime() - startNanos)));
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /** The text's tokens. */
    public List<Integer> tokenize(String text) {
        return session.tokenize(text);
    }

    /** The tokens' text. */
    public String detokenize(List<Integer> tokens) {
        return session.detokenize(tokens);
    }

    /**
     * The text's vector, of length 1; its size is the model's embedding length. Token vectors are pooled as the session was
     * opened, else as the model's file says (see {@link ai.bearllm.engine.Pooling}). Texts are alike where the sum of the products of their vectors'
     * numbers is near 1. Recorded as a run too, without the text.
     *
     * @throws ai.bearllm.model.BearException where the text is empty or too long, or the engine makes no vectors
     */
    public float[] embed(String text) {
        try (Watched watched = new Watched(clock.instant())) {
            try {
                float[] vector = session.embed(text);
                recorder.accept(watched.record(RunRecord.Kind.EMBEDDING, Optional.empty(), watched.lasting()));
                return vector;
            } catch (CancellationException e) {
                throw e;
            } catch (RuntimeException e) {
                recorder.accept(watched.failure(RunRecord.Kind.EMBEDDING, e));
                throw e;
            }
        }
    }

    @Override
    public void close() {
        session.close();
    }

    @Override
    public Sheet sheet() {
        LoadReport loaded = loaded();
        Sheet.Builder sheet = Sheet.of(toString()).columns("option", "value");
        loaded.parameters().forEach(sheet::row);
        OptionalInt layers = loaded.gpuLayers();
        layers.ifPresent(count -> sheet.row("GPU layers", count));
        loaded.gpuFallback().ifPresent(why -> sheet.note("On the CPU: " + why));
        return sheet.build();
    }

    @Override
    public String toString() {
        return "session: " + subject.model().name() + " on " + subject.engine();
    }
}
