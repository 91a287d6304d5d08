package ai.bearllm.worker;

import ai.bearllm.engine.FakeEngine;
import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Session;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Native code that a hostile file has taken over: each prompt names something that it tries, and the answer says whether it
 * got there. What native code could do beyond Java's means (system calls) is bounded by the same namespaces.
 */
public final class HostileProvider extends DressedProvider {
    public HostileProvider() {
        super("hostile", "Tries to reach what a model has no business with.");
    }

    @Override
    Session load(FakeEngine fake, ModelSource source, LoadOptions options, Cancellation cancellation) {
        return new HostileSession(fake.load(source, options, cancellation));
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

    private static final class HostileSession extends DressedSession {
        HostileSession(Session fake) {
            super(fake);
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
    }
}
