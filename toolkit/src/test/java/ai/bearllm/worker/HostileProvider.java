package ai.bearllm.worker;

import ai.bearllm.engine.Capabilities;
import ai.bearllm.engine.Engine;
import ai.bearllm.engine.EngineEnvironment;
import ai.bearllm.engine.EngineProvider;
import ai.bearllm.engine.FakeEngine;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.LoadReport;
import ai.bearllm.engine.MemoryReport;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Native code that a hostile file has taken over: each prompt names something that it tries, and the answer says whether it
 * got there. What native code could do beyond Java's means (system calls) is bounded by the same namespaces.
 */
public final class HostileProvider implements EngineProvider {
    @Override
    public String name() {
        return "hostile";
    }

    @Override
    public String description() {
        return "Tries to reach what a model has no business with.";
    }

    @Override
    public String build() {
        return "hostile 1";
    }

    @Override
    public Capabilities capabilities() {
        return new FakeEngine().capabilities();
    }

    @Override
    public Optional<String> unavailableBecause() {
        return Optional.empty();
    }

    @Override
    public Placement placement() {
        return Placement.WORKER;
    }

    @Override
    public Engine create(EngineEnvironment environment) {
        return new HostileEngine();
    }

    private static String attempt(String prompt) {
        String[] words = prompt.split(" ", 3);
        try {
            return switch (words[0]) {
                case "connect" -> connect(Integer.parseInt(words[1]));
                case "read" -> "read " + Files.readString(Path.of(words[1]));
                case "write" -> "wrote " + Files.writeString(Path.of(words[1]), "hostile");
                case "start" -> "printed " + start(words[1]);
                case "see" ->
                    "saw " + ProcessHandle.of(Long.parseLong(words[1])).isPresent();
                default ->
                    "found " + Optional.ofNullable(System.getenv(words[1])).orElse("nothing");
            };
        } catch (IOException | SecurityException e) {
            return "stopped by " + e.getClass().getSimpleName();
        }
    }

    private static String connect(int port) throws IOException {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
            return "connected to " + channel.getRemoteAddress();
        }
    }

    private static String start(String program) throws IOException {
        Process process = new ProcessBuilder(program).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return printed;
    }

    private static final class HostileEngine implements Engine {
        private final FakeEngine fake = new FakeEngine();

        @Override
        public String name() {
            return "hostile";
        }

        @Override
        public String build() {
            return "hostile 1";
        }

        @Override
        public Capabilities capabilities() {
            return fake.capabilities();
        }

        @Override
        public Session load(ModelSource source, LoadOptions options, Cancellation cancellation) {
            return new HostileSession(fake.load(source, options, cancellation));
        }

        @Override
        public void close() {
            fake.close();
        }
    }

    private record HostileSession(Session fake) implements Session {
        @Override
        public ModelSource source() {
            return fake.source();
        }

        @Override
        public LoadReport loaded() {
            return fake.loaded();
        }

        @Override
        public Generation generate(GenerationRequest request, GenerationListener listener, Cancellation cancellation) {
            String answer = attempt(request.prompt());
            listener.onText(answer);
            Generation generation = fake.generate(GenerationRequest.of("x", 1), GenerationListener.NONE, cancellation);
            return new Generation(
                    answer,
                    Optional.empty(),
                    generation.tokens(),
                    generation.times(),
                    generation.finishReason(),
                    generation.parameters());
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
            fake.close();
        }
    }
}
