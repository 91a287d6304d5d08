package ai.bearllm.engine.llamacpp;

import ai.bearllm.gguf.Gguf;
import ai.bearllm.model.BearException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The architectures that this build knows.
 *
 * <p>Source: the names of {@code general.architecture} in the b4916 library. Its own refusal of any other is the same message
 * as for every failed load, so the check stands here.
 */
final class Architectures {
    private static final Set<String> GENERATE = Set.of(
            "llama",
            "deci",
            "falcon",
            "grok",
            "gpt2",
            "gptneox",
            "mpt",
            "baichuan",
            "starcoder",
            "refact",
            "bloom",
            "stablelm",
            "qwen",
            "qwen2",
            "qwen2moe",
            "qwen2vl",
            "phi2",
            "phi3",
            "phimoe",
            "plamo",
            "codeshell",
            "orion",
            "internlm2",
            "minicpm",
            "minicpm3",
            "gemma",
            "gemma2",
            "gemma3",
            "starcoder2",
            "mamba",
            "xverse",
            "command-r",
            "cohere2",
            "dbrx",
            "olmo",
            "olmo2",
            "olmoe",
            "openelm",
            "arctic",
            "deepseek",
            "deepseek2",
            "chatglm",
            "bitnet",
            "jais",
            "nemotron",
            "exaone",
            "rwkv6",
            "rwkv6qwen2",
            "rwkv7",
            "arwkv7",
            "granite",
            "granitemoe",
            "chameleon");

    /** Known to the library too, but they make vectors only. */
    private static final Set<String> EMBED = Set.of("bert", "nomic-bert", "jina-bert-v2");

    /** Known to the library too, but they encode: the binding cannot generate with them. */
    private static final Set<String> ENCODE = Set.of("t5", "t5encoder", "wavtokenizer-dec");

    private Architectures() {}

    /** Whether the file's model makes vectors only. */
    static boolean encodes(Gguf file) {
        return file.architecture().filter(EMBED::contains).isPresent();
    }

    static boolean canGenerate(String architecture) {
        return GENERATE.contains(architecture);
    }

    /**
     * Refuses a file that the library would not load or could not generate with.
     *
     * @param embeddings whether it shall make vectors and no text
     * @throws BearException with what it is and what to do
     */
    static void require(Gguf file, boolean embeddings) {
        String kind = file.kind().orElse("model");
        if (!kind.equals("model")) {
            throw new BearException(
                    file.source() + " holds no model but a part of one (general.type is \"" + kind + "\").",
                    "Choose the model's own file.");
        }
        String architecture = file.architecture()
                .orElseThrow(() -> new BearException(
                        file.source() + " does not say its architecture (general.architecture is missing).",
                        "Get the file from another source; this one was not written by a usual converter."));
        if (EMBED.contains(architecture) && embeddings) {
            return;
        }
        if (EMBED.contains(architecture)) {
            throw new BearException(
                    "The architecture \"" + architecture + "\" of " + file.source()
                            + " does not generate text, it makes vectors.",
                    "Open it with bear.session(...).embeddings().open(), or choose a chat or text model.");
        }
        if (ENCODE.contains(architecture)) {
            throw new BearException(
                    "The architecture \"" + architecture + "\" of " + file.source() + " does not generate text.",
                    "Choose a chat or text model.");
        }
        if (!GENERATE.contains(architecture)) {
            throw new BearException(
                    "The architecture \"" + architecture + "\" of " + file.source()
                            + " is not known to llama.cpp b4916 of March 2025, which this engine is.",
                    "Choose a model of an architecture it knows (" + String.join(", ", new TreeSet<>(GENERATE))
                            + "), or serve this file with a newer llama.cpp.");
        }
    }
}
