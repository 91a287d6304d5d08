package ai.bearllm.engine;

import java.util.Set;

/**
 * What an engine's sessions can do; what is not named is refused with a clear error, never ignored.
 *
 * @param features each one that works
 */
public record Capabilities(Set<Feature> features) {
    public Capabilities {
        features = Set.copyOf(features);
    }

    /** These features. */
    public static Capabilities of(Feature... features) {
        return new Capabilities(Set.of(features));
    }

    /** Whether it can do this. */
    public boolean has(Feature feature) {
        return features.contains(feature);
    }

    /** One thing that engines differ in. */
    public enum Feature {
        /** Text to token ids and back. */
        TOKENIZE,
        /** Generated token ids are part of the result. */
        TOKEN_IDS,
        /** An unchanged beginning of the prompt is not computed again. */
        PROMPT_CACHE,
        /** GBNF grammars restrict the text. */
        GRAMMAR,
        /** Texts become vectors. */
        EMBED,
        /** Vectors come from a session that makes nothing else; workers open it by themselves. */
        EMBED_APART,
        /** Some or all layers can run on a GPU. */
        GPU
    }
}
