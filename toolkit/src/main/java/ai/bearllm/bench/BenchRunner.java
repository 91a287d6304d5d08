package ai.bearllm.bench;

import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.Hosting;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.Sampling;
import ai.bearllm.machine.Conditions;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.BearException;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.run.ModelSession;
import ai.bearllm.run.SessionFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Runs a plan: loads every configuration, warms each up once, then measures round by round, in each round every configuration
 * once in random order. Used for one run.
 */
final class BenchRunner {
    private final BenchPlan plan;
    private final SessionFactory sessions;
    private final ProgressListener listener;
    private final Cancellation cancellation;
    private final String job;
    private final long total;
    private final long start = System.nanoTime();
    private final SplittableRandom order;
    private final List<Sample> samples = new ArrayList<>();

    BenchRunner(BenchPlan plan, SessionFactory sessions, ProgressListener listener, Cancellation cancellation) {
        this.plan = plan;
        this.sessions = sessions;
        this.listener = listener;
        this.cancellation = cancellation;
        int configurations = plan.models().size() * plan.engines().size();
        this.job = configurations == 1
                ? "benchmark of " + BenchBuilder.names(plan.models(), "the active model")
                : "benchmark of " + configurations + " configurations";
        this.total = (long) configurations * (plan.rounds() + 1);
        this.order = new SplittableRandom(plan.seed());
    }

    BenchResult run(Supplier<Machine> machine) {
        listener.on(new Progress.Started(job, OptionalLong.of(total), Progress.Unit.SAMPLES));
        List<Contender> contenders = new ArrayList<>();
        try {
            BenchResult result = measure(machine.get(), contenders);
            listener.on(new Progress.Verified(
                    job,
                    elapsed(),
                    plan.rounds() + " rounds of " + contenders.size() + " in random order, seed " + plan.seed()));
            return result;
        } catch (CancellationException e) {
            listener.on(new Progress.Cancelled(job));
            throw e;
        } catch (RuntimeException e) {
            listener.on(new Progress.Failed(job, e instanceof BearException known ? known.problem() : e.toString()));
            throw e;
        } finally {
            contenders.forEach(contender -> contender.session().close());
        }
    }

    private BenchResult measure(Machine machine, List<Contender> contenders) {
        Instant when = Instant.now();
        Conditions before = Conditions.now();
        for (String model : plan.models()) {
            for (String engine : plan.engines()) {
                cancellation.check();
                Contender opened = open(model, engine);
                if (contenders.stream().anyMatch(opened::isTwinOf)) {
                    // Two names of one model, or of one engine.
                    opened.session().close();
                } else {
                    contenders.add(opened);
                }
            }
        }
        contenders.forEach(this::warmUp);
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contender contender : shuffled(contenders)) {
                add(sample(contender, round));
            }
        }
        Environment environment = Environment.of(when, machine, before, Conditions.now());
        return new BenchResult(plan, environment, new Samples(samples));
    }

    private Contender open(String model, String engine) {
        // A model that was kept loaded would have no loading to measure, and what it answered before in its caches.
        LoadOptions options = LoadOptions.DEFAULT
                .withContext(Math.max(8, plan.contextTokens()))
                .withHosting(Hosting.DEFAULT.withKeepAlive(Duration.ZERO));
        if (plan.threads().isPresent()) {
            options = options.withThreads(plan.threads().getAsInt());
        }
        ModelSession session = sessions.open(model, engine, options);
        ModelSession.Subject subject = session.subject();
        Configuration configuration = new Configuration(
                subject.model(), subject.sha256(), subject.engine(), subject.engineBuild(), session.loaded());
        // Engines lend longer contexts than a model was made for; what is measured there is of no use to anybody.
        int context = Math.min(
                session.loaded().contextTokens(), subject.contextTokens().orElse(Integer.MAX_VALUE));
        if (context < plan.contextTokens()) {
            session.close();
            throw new BearException(
                    configuration.label() + " has a context of " + context + " tokens, but a prompt of "
                            + plan.promptTokens() + " and " + plan.generatedTokens() + " generated tokens need "
                            + plan.contextTokens() + ".",
                    "Lower .prompt(..) or .generate(..) so that both together are at most " + context + ".");
        }
        return new Contender(session, configuration, new PromptText(session));
    }

    /** One run that is kept apart. It also tells how many tokens the engine puts before the text. */
    private void warmUp(Contender contender) {
        String prompt = contender.prompts().exactly(plan.promptTokens() - 1, order.split());
        RunRecord run = run(contender, prompt);
        OptionalInt counted = run.tokens().prompt();
        if (counted.isPresent()) {
            contender.textTokens = plan.promptTokens() - (counted.getAsInt() - (plan.promptTokens() - 1));
        } else {
            contender.textTokens = plan.promptTokens();
        }
        if (contender.textTokens < 1) {
            throw new BearException(
                    contender.configuration().label() + " puts " + (plan.promptTokens() - contender.textTokens)
                            + " tokens before every prompt.",
                    "Choose a longer .prompt(..).");
        }
        add(new Sample(0, samples.size() + 1, contender.configuration(), Optional.of(run), Optional.of("warm-up")));
    }

    private Sample sample(Contender contender, int round) {
        int position = samples.size() + 1;
        String prompt = contender.prompts().exactly(contender.textTokens, order.split());
        try {
            RunRecord run = run(contender, prompt);
            return new Sample(round, position, contender.configuration(), Optional.of(run), unlikePlan(run));
        } catch (BearException e) {
            // One failed run, of a worker that died for example, does not take the others with it.
            return new Sample(
                    round,
                    position,
                    contender.configuration(),
                    Optional.empty(),
                    Optional.of("failed: " + e.problem()));
        }
    }

    private RunRecord run(Contender contender, String prompt) {
        cancellation.check();
        GenerationRequest request = GenerationRequest.of(prompt, plan.generatedTokens())
                .withSampling(Sampling.GREEDY)
                .measured();
        RunRecord run = contender
                .session()
                .run(RunRecord.Kind.SAMPLE, request, GenerationListener.NONE, cancellation)
                .record();
        cancellation.check();
        return run;
    }

    /** Rates of other lengths, or with a cache, are rates of something else. */
    private Optional<String> unlikePlan(RunRecord run) {
        RunRecord.Tokens tokens = run.tokens();
        if (tokens.cached().orElse(0) > 0) {
            return Optional.of(tokens.cached().getAsInt() + " prompt tokens came from a cache");
        }
        if (tokens.prompt().orElse(plan.promptTokens()) != plan.promptTokens()) {
            return Optional.of("the engine counted " + tokens.prompt().getAsInt() + " prompt tokens");
        }
        if (tokens.generated().orElse(plan.generatedTokens()) != plan.generatedTokens()) {
            return Optional.of("the engine generated " + tokens.generated().getAsInt() + " tokens");
        }
        return Optional.empty();
    }

    private void add(Sample sample) {
        samples.add(sample);
        Duration elapsed = elapsed();
        double seconds = elapsed.toNanos() / 1e9;
        listener.on(new Progress.Advanced(
                job,
                samples.size(),
                OptionalLong.of(total),
                Progress.Unit.SAMPLES,
                elapsed,
                seconds > 0 ? OptionalDouble.of(samples.size() / seconds) : OptionalDouble.empty()));
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private List<Contender> shuffled(List<Contender> contenders) {
        List<Contender> shuffled = new ArrayList<>(contenders);
        for (int last = shuffled.size() - 1; last > 0; last--) {
            java.util.Collections.swap(shuffled, last, order.nextInt(last + 1));
        }
        return shuffled;
    }

    /** A configuration in the race. */
    private static final class Contender {
        private final ModelSession session;
        private final Configuration configuration;
        private final PromptText prompts;
        private int textTokens;

        Contender(ModelSession session, Configuration configuration, PromptText prompts) {
            this.session = session;
            this.configuration = configuration;
            this.prompts = prompts;
        }

        boolean isTwinOf(Contender other) {
            return configuration.model().equals(other.configuration.model())
                    && configuration.engine().equals(other.configuration.engine());
        }

        ModelSession session() {
            return session;
        }

        Configuration configuration() {
            return configuration;
        }

        PromptText prompts() {
            return prompts;
        }
    }
}
