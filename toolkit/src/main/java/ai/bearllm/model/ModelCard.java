package ai.bearllm.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What is known about a model before its file is here: one entry of the catalog.
 *
 * @param id who it is; its quantization names the file's
 * @param aliases short names that also find it, for example {@code bear-tiny}
 * @param description one or two sentences for people
 * @param parameters number of weights
 * @param quantization as the file's name has it, for example {@code Q4_K_M}
 * @param contextTokens the longest context the model was made for
 * @param chat how a conversation becomes its prompt
 * @param license its terms
 * @param tags for example {@code chat}, {@code recommended}, {@code fast}
 * @param file its file
 * @param shape the form of its network, so that its memory is known before its file is here; empty where nobody has said
 */
public record ModelCard(
        ModelId id,
        List<String> aliases,
        String description,
        long parameters,
        String quantization,
        int contextTokens,
        Chat chat,
        License license,
        List<String> tags,
        ModelFile file,
        Optional<ModelShape> shape) {
    /** Tokens of a context that nobody asked for; longer ones cost memory that most sessions never use. */
    public static final int USUAL_CONTEXT = 4096;

    /** Of a network whose form nobody has said. */
    public ModelCard(
            ModelId id,
            List<String> aliases,
            String description,
            long parameters,
            String quantization,
            int contextTokens,
            Chat chat,
            License license,
            List<String> tags,
            ModelFile file) {
        this(
                id,
                aliases,
                description,
                parameters,
                quantization,
                contextTokens,
                chat,
                license,
                tags,
                file,
                Optional.empty());
    }

    public ModelCard {
        aliases = List.copyOf(aliases);
        tags = List.copyOf(tags);
        if (parameters <= 0) {
            throw new IllegalArgumentException("parameters must be positive but was " + parameters);
        }
        if (contextTokens <= 0) {
            throw new IllegalArgumentException("contextTokens must be positive but was " + contextTokens);
        }
    }

    /**
     * How a conversation becomes a prompt.
     *
     * @param kind what the model is
     * @param template the chat template, for {@link Kind#CATALOG_TEMPLATE} alone
     * @param templateSha256 digest of the template, as UTF-8, that the model's file must hold; empty where nobody has said
     */
    public record Chat(Kind kind, Optional<String> template, Optional<Sha256> templateSha256) {
        /** Of which nobody has said what template the file must hold. */
        public Chat(Kind kind, Optional<String> template) {
            this(kind, template, Optional.empty());
        }

        public Chat {
            if ((kind == Kind.CATALOG_TEMPLATE) != template.isPresent()) {
                throw new IllegalArgumentException(
                        "a template stands in the catalog exactly where kind is CATALOG_TEMPLATE");
            }
        }
    }

    /** What a model makes of a conversation. */
    public enum Kind {
        /** The file holds its chat template. */
        FILE_TEMPLATE,
        /** The file is older than templates in files; the catalog holds the template. */
        CATALOG_TEMPLATE,
        /** A base model: not made for chat, it continues plain text. */
        BASE
    }

    /** How large models are called: by number of parameters. */
    public enum Size {
        /** Under 4 billion: the usual 1 to 3 billion, and what is smaller. */
        SMALL("small (1-3B)"),
        /** From 4 to under 20 billion: the usual 7 to 13 billion. */
        MEDIUM("medium (7-13B)"),
        /** From 20 billion: the usual 30 to 70 billion, and what is larger. */
        LARGE("large (30-70B)");

        private final String label;

        Size(String label) {
            this.label = label;
        }

        /** The class for people, with the sizes that are usual in it. */
        public String label() {
            return label;
        }

        /** The class of a model with this many parameters. */
        public static Size of(long parameters) {
            return parameters < 4_000_000_000L ? SMALL : parameters < 20_000_000_000L ? MEDIUM : LARGE;
        }
    }

    /** The same with another file. */
    public ModelCard file(UnaryOperator<ModelFile> change) {
        return new ModelCard(
                id,
                aliases,
                description,
                parameters,
                quantization,
                contextTokens,
                chat,
                license,
                tags,
                change.apply(file),
                shape);
    }

    /** The model's class of size. */
    public Size size() {
        return Size.of(parameters);
    }

    /** The number of parameters for people, for example {@code 2.0M}, {@code 135M}, {@code 7.2B}. */
    public String parametersLabel() {
        double millions = parameters / 1e6;
        double value = millions < 999.5 ? millions : millions / 1000;
        return String.format(Locale.ROOT, value < 99.95 ? "%.1f%s" : "%.0f%s", value, millions < 999.5 ? "M" : "B");
    }
}
