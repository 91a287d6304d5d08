package ai.bearllm.chat;

import ai.bearllm.engine.FakeEngine;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.run.ModelSession;
import ai.bearllm.run.SessionFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sessions on the fake engine, which counts characters as tokens; what it is asked is kept, what it does can be disturbed. */
final class Scripted implements SessionFactory {
    static final String CHATML = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'"
            + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    final List<GenerationRequest> requests = new CopyOnWriteArrayList<>();
    final List<RunRecord> records = new CopyOnWriteArrayList<>();
    final List<String> opened = new CopyOnWriteArrayList<>();
    final List<String> open = new CopyOnWriteArrayList<>();

    /** The model's template; empty for a base model. */
    Optional<String> template = Optional.of(CHATML);

    /** The answer's text; empty: the fake's own. */
    Optional<String> says = Optional.empty();

    /** Runs before each generation; may throw. */
    Runnable before = () -> {};

    @Override
    public ModelSession open(String model, String engine, LoadOptions options) {
        Session fake = new FakeEngine()
                .load(
                        new ModelSource.LocalFile(Path.of("model.gguf").toAbsolutePath()),
                        options,
                        Cancellation.create());
        opened.add(model);
        open.add(model);
        return new ModelSession(
                new ModelSession.Subject(
                        ModelId.of("fake", model.isEmpty() ? "active" : model.substring(model.indexOf('/') + 1)),
                        Optional.empty(),
                        template.isPresent() ? ModelCard.Kind.FILE_TEMPLATE : ModelCard.Kind.BASE,
                        template,
                        Map.of("bos_token", "<s>", "eos_token", "</s>"),
                        List.of("<|im_start|>", "<|im_end|>", "<s>"),
                        OptionalInt.empty(),
                        "fake",
                        "fake 1"),
                new Disturbed(model, fake),
                records::add,
                Clock.systemUTC());
    }

    @Override
    public List<String> engines() {
        return List.of("fake");
    }

    private final class Disturbed implements Session {
        private final String model;
        private final Session fake;

        Disturbed(String model, Session fake) {
            this.model = model;
            this.fake = fake;
        }

        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            requests.add(request);
            before.run();
            if (says.isEmpty()) {
                return fake.generate(request, listener, cancellation);
            }
            says.get().codePoints().forEach(c -> listener.onText(Character.toString(c)));
            Generation counted = fake.generate(request, GenerationListener.NONE, cancellation);
            return new Generation(
                    says.get(),
                    Optional.empty(),
                    counted.tokens(),
                    counted.times(),
                    counted.finishReason(),
                    counted.parameters());
        }

        @Override
        public ModelSource source() {
            return fake.source();
        }

        @Override
        public LoadReport loaded() {
            return fake.loaded();
        }

        @Override
        public List<Integer> tokenize(String text) {
            return fake.tokenize(text);
        }

        @Override
        public String detokenize(List<Integer> tokens) {
            return fake.detokenize(tokens);
        }

        @Override
        public float[] embed(String text) {
            return fake.embed(text);
        }

        @Override
        public MemoryReport memory() {
            return fake.memory();
        }

        @Override
        public void close() {
            open.remove(model);
            fake.close();
        }
    }
}
