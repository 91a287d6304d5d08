package ai.bearllm.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.bearllm.hub.testhub.Fault;
import ai.bearllm.hub.testhub.Request;
import ai.bearllm.hub.testhub.Scope;
import ai.bearllm.hub.testhub.TestHub;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.Sha256;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody presses the kernel's stop button in the middle of a download, and later runs the cell again. */
class InterruptedDownloadIT {
    private static final String NAME = "little-stories.Q8_0.gguf";

    /** Runs cells one after another, and interrupts the kernel when the second shows that bytes have come. */
    private static final String CLIENT = """
            import json, re, sys
            from jupyter_client.manager import start_new_kernel

            manager, client = start_new_kernel(kernel_name="bear-java", startup_timeout=120, cwd=sys.argv[1])
            told = []

            def run(code, stop=None):
                request = client.execute(code, allow_stdin=False)
                shown, interrupted = "", False
                while True:
                    message = client.get_iopub_msg(timeout=100)
                    if message["parent_header"].get("msg_id") != request:
                        continue
                    content = message["content"]
                    text = content.get("data", {}).get("text/plain", content.get("text", ""))
                    shown += text + "\\n".join(content.get("traceback", []))
                    if stop and not interrupted and re.search(stop, text):
                        interrupted = True
                        manager.interrupt_kernel()
                    if message["msg_type"] == "status" and content["execution_state"] == "idle":
                        break
                reply = client.get_shell_msg(timeout=100)
                while reply["parent_header"].get("msg_id") != request:
                    reply = client.get_shell_msg(timeout=100)
                told.append({"status": reply["content"]["status"], "shown": shown, "interrupted": interrupted})

            try:
                run('import ai.bearllm.Bear; var bear = Bear.open("home"); var model = bear.model("stories/little");')
                run("model.download();", stop=r"[1-9][0-9]? %")
                run("System.out.println(bear.downloads().list().get(0));")
                run("System.out.println(model.download().isDownloaded());")
            finally:
                client.stop_channels()
                manager.shutdown_kernel(now=True)
                print(json.dumps(told))
            """;

    @TempDir
    Path folder;

    @Test
    void stoppingTheCellPausesAndRunningItAgainGoesOn() throws Exception {
        byte[] content = Files.readAllBytes(Lab.project().resolve("data/bear-tiny/bear-tiny.gguf"));
        try (TestHub hub = TestHub.start()) {
            hub.repository("stories/little-GGUF").large(NAME, content);
            hub.fail(Scope.STORAGE, Fault.slow(400_000));
            Path home = Files.createDirectory(folder.resolve("home"));
            Files.writeString(home.resolve("registry.json"), entry(content));
            JsonNode told = run(hub);
            assertThat(told).as(told.toPrettyString()).hasSize(4);
            assertThat(told.get(1).get("interrupted").asBoolean()).isTrue();
            assertThat(told.get(1).get("status").asText()).isEqualTo("error");
            assertThat(told.get(2).get("shown").asText()).contains("paused, ").contains(" of 2.12 MB");
            assertThat(told.get(3).get("shown").asText()).contains("true");
            List<Request> asked = hub.storageRequests();
            assertThat(asked.subList(1, asked.size()))
                    .as("it goes on where it was")
                    .isNotEmpty()
                    .allMatch(request -> request.header("range").orElse("").matches("bytes=[1-9][0-9]*-.*"));
        }
    }

    private JsonNode run(TestHub hub) throws IOException, InterruptedException {
        Lab.kernel("bear-java", Path.of(System.getProperty("java.home")));
        Path log = folder.resolve("client.log");
        ProcessBuilder builder = new ProcessBuilder(Lab.python().toString(), "-c", CLIENT, folder.toString());
        builder.redirectError(log.toFile());
        builder.environment().putAll(hub.environment());
        for (String name : new String[] {"CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"}) {
            builder.environment()
                    .put("JUPYTER_" + name, folder.resolve("jupyter-" + name).toString());
        }
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            assertThat(ended && process.exitValue() == 0)
                    .as("%s%n%s", output, Files.readString(log))
                    .isTrue();
            return new ObjectMapper().readTree(output);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String entry(byte[] content) {
        return """
                {"version": 1, "models": [{
                  "id": "stories/little:Q8_0", "description": "Stories.", "parameters": 1967872,
                  "quantization": "Q8_0", "contextTokens": 1024, "chat": {"kind": "file-template"},
                  "license": {"id": "GPL-3.0-or-later", "url": "https://www.gnu.org/licenses/gpl-3.0.html"},
                  "file": {"name": "%s", "origin": "hf:stories/little-GGUF@main/%s", "sha256": "%s"}}]}
                """.formatted(
                NAME, NAME, Sha256.of(Sha256.newDigest().digest(content)).hex());
    }
}
