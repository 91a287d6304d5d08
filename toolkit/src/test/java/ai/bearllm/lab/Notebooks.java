package ai.bearllm.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Executes notebooks through real kernels, as {@code kernel-config/lab/run.py} does, and reads what was saved. */
public final class Notebooks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEAR = "bear-java";

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private String kernel = BEAR;
    private boolean allowsErrors;

    private Notebooks(Path folder) {
        this.folder = folder;
    }

    /** Notebooks whose kernel works in this folder; nothing of the person's own Jupyter is read or written. */
    public static Notebooks in(Path folder) {
        Notebooks notebooks = new Notebooks(folder);
        for (String name : List.of("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR", "PATH")) {
            notebooks.environment.put(
                    "JUPYTER_" + name, folder.resolve("jupyter-" + name).toString());
        }
        return notebooks;
    }

    /** Sets a variable of the kernel's environment. */
    public Notebooks with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Uses this kernel instead of {@code bear-java}, which runs on the JDK of the tests. */
    public Notebooks kernel(String name) {
        kernel = name;
        return this;
    }

    /** Goes on after a cell that fails. */
    public Notebooks allowingErrors() {
        allowsErrors = true;
        return this;
    }

    /** Writes a kernel's spec where only these notebooks find it. */
    public Notebooks spec(String name, List<String> command, Map<String, String> variables) throws IOException {
        ObjectNode spec = JSON.createObjectNode();
        spec.set("argv", JSON.valueToTree(command));
        spec.put("display_name", name).put("language", "java").put("interrupt_mode", "message");
        spec.set("env", JSON.valueToTree(variables));
        Path kernels = folder.resolve("jupyter-PATH/kernels").resolve(name);
        Files.createDirectories(kernels);
        JSON.writeValue(kernels.resolve("kernel.json").toFile(), spec);
        return kernel(name);
    }

    /** Executes a notebook of these cells. */
    public Executed run(String... cells) throws IOException, InterruptedException {
        ObjectNode notebook = JSON.createObjectNode();
        notebook.put("nbformat", 4).put("nbformat_minor", 5);
        notebook.putObject("metadata");
        ArrayNode array = notebook.putArray("cells");
        for (String source : cells) {
            ObjectNode cell = array.addObject();
            cell.put("cell_type", "code").put("id", "cell-" + array.size()).put("source", source);
            cell.putNull("execution_count").putObject("metadata");
            cell.putArray("outputs");
        }
        Path file = folder.resolve("cells.ipynb");
        JSON.writeValue(file.toFile(), notebook);
        return run(file);
    }

    /** Executes a notebook; the original stays as it is. */
    public Executed run(Path notebook) throws IOException, InterruptedException {
        if (kernel.equals(BEAR)) {
            Lab.kernel(BEAR, Path.of(System.getProperty("java.home")));
        }
        Path output = folder.resolve("executed-" + notebook.getFileName());
        Path messages = folder.resolve("messages.json");
        Path log = folder.resolve("run.log");
        List<String> command = new ArrayList<>(List.of(
                Lab.python().toString(),
                Lab.project().resolve("kernel-config/lab/run.py").toString(),
                notebook.toString()));
        command.addAll(List.of("--kernel", kernel, "--folder", folder.toString(), "--timeout", "120"));
        command.addAll(List.of("--output", output.toString(), "--messages", messages.toString()));
        if (allowsErrors) {
            command.add("--allow-errors");
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError(
                        notebook.getFileName() + " failed: " + Files.readString(log, StandardCharsets.UTF_8));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Executed(JSON.readTree(output.toFile()), JSON.readTree(messages.toFile()));
    }

    /**
     * What a notebook holds after it was executed.
     *
     * @param notebook the saved file
     * @param messages each message about outputs: {@code cell, seconds, type, id, text}
     */
    public record Executed(JsonNode notebook, JsonNode messages) {
        /** The outputs of the code cell that contains this text. */
        public List<JsonNode> outputs(String source) {
            return stream(notebook.get("cells"))
                    .filter(cell -> cell.get("cell_type").asText().equals("code"))
                    .filter(cell -> joined(cell.get("source")).contains(source))
                    .findFirst()
                    .map(cell -> stream(cell.get("outputs")).toList())
                    .orElseThrow(() -> new AssertionError("no code cell contains " + source));
        }

        /** All outputs of that cell in one MIME type, one after another; streams and errors count as text. */
        public String outputs(String source, String mime) {
            StringBuilder all = new StringBuilder();
            for (JsonNode output : outputs(source)) {
                if (output.has("data")) {
                    all.append(joined(output.path("data").path(mime)));
                } else if (mime.equals("text/plain")) {
                    all.append(joined(output.has("text") ? output.get("text") : output.get("traceback")));
                }
            }
            return all.toString();
        }

        private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
            return StreamSupport.stream(array.spliterator(), false);
        }

        /** The file writes text as one string or as a list of lines. */
        private static String joined(JsonNode text) {
            StringBuilder all = new StringBuilder();
            if (text.isArray()) {
                text.forEach(line -> all.append(line.asText()));
            } else if (!text.isMissingNode()) {
                all.append(text.asText());
            }
            return all.toString();
        }
    }
}
