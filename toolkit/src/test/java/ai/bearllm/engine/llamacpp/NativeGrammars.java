package ai.bearllm.engine.llamacpp;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaIterator;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * A program that gives grammars to the library as they are, for a process of its own: arguments are a model and a directory, each
 * line of the input is a grammar in Base64. For each it writes {@code #n} to the error stream, where the library tells its
 * complaints.
 */
public final class NativeGrammars {
    private NativeGrammars() {}

    /** Reads until the input ends. */
    public static void main(String[] arguments) throws IOException {
        NativeLibrary.provide(Path.of(arguments[1]));
        LlamaModel model = new LlamaModel(new ModelParameters()
                .setModel(arguments[0])
                .setCtxSize(64)
                .setThreads(1)
                .skipWarmup()
                .disableLog());
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.err.println("#" + number++);
            System.err.flush();
            String grammar = new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
            LlamaIterator output = model.generate(new InferenceParameters("Once")
                            .setNPredict(1)
                            .setTemperature(0)
                            .setGrammar(grammar))
                    .iterator();
            while (output.hasNext()) {
                output.next();
            }
        }
        System.err.println("#done");
        Runtime.getRuntime().halt(0);
    }
}
