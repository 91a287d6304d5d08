package ai.bearllm.worker;

import ai.bearllm.engine.LoadReport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Stands where {@code bin/java} is expected and speaks as a worker that someone took over would. */
final class HostileWorker {
    private HostileWorker() {}

    public static void main(String[] arguments) throws Exception {
        List<String> launch = Files.readAllLines(Path.of(arguments[1].substring(1)));
        String socket = launch.get(launch.indexOf('"' + WorkerMain.class.getName() + '"') + 1)
                .replace("\"", "");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Frames frames = new Frames(channel);
            speak(arguments[0], channel, frames, frames.read().id());
            // Goes on living until it is ended: nothing may wait for it.
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static void speak(String how, SocketChannel channel, Frames frames, long load) throws IOException {
        switch (how) {
            case "garbage" -> send(channel, "HTTP/1.1 200 OK\r\n\r\n".repeat(100));
            case "endless" ->
                channel.write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).flip());
            case "other" -> frames.write(new Message.Cancel(load));
            case "late" -> {
                frames.write(new Message.Loaded(load, report()));
                Message.Generate generate = (Message.Generate) frames.read();
                frames.write(new Message.Text(generate.id() + 1, "not yours"));
                frames.write(new Message.Text(generate.id(), "yours"));
                send(channel, "{}{}{}{}");
            }
            case "confused" -> {
                frames.write(new Message.Loaded(load, report()));
                frames.write(new Message.Tokens(frames.read().id(), List.of(1)));
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static LoadReport report() {
        return new LoadReport(
                Duration.ofMillis(1),
                64,
                Map.of(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }
}
