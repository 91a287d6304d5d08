package ai.bearllm.hub;

import ai.bearllm.hub.NetworkException.Reason;
import ai.bearllm.model.Origin;
import ai.bearllm.progress.Cancellation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The chat templates that a model was published with, to compare a converted file's with.
 *
 * <p>Source: transformers keeps the template in {@code chat_template.jinja}; before 2025, and still in most repositories, in
 * {@code tokenizer_config.json} under {@code chat_template}, as one text or as a list of {@code name} and {@code template}.
 * Templates in {@code additional_chat_templates} are not looked for.
 *
 * @param repository {@code owner/name}
 * @param revision the commit, or what was asked for where the hub does not tell it
 * @param byName the main one is called {@code default}; none where the model was published without
 */
public record OriginalTemplates(String repository, String revision, Map<String, String> byName) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_TEMPLATE = 1 << 20;
    /** It also lists every added token, with some models thousands. */
    private static final int LARGEST_CONFIG = 16 << 20;

    private static final String DEFAULT = "default";

    public OriginalTemplates {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * Fetches them; at most 17 MB.
     *
     * @param repository {@code owner/name} of the original model, not of its conversion
     * @param revision a commit, branch or tag
     * @throws NetworkException if the hub cannot be asked, has no such repository, or answers what cannot be read
     */
    public static OriginalTemplates fetch(Hub hub, String repository, String revision, Cancellation cancellation) {
        Map<String, String> found = new LinkedHashMap<>();
        String commit = revision;
        Optional<HttpAnswer> own = file(
                hub, new Origin.HubFile(repository, revision, "chat_template.jinja"), LARGEST_TEMPLATE, cancellation);
        if (own.isPresent()) {
            found.put(DEFAULT, own.get().text());
            commit = own.get().header("x-repo-commit").orElse(commit);
        } else {
            Origin.HubFile config = new Origin.HubFile(repository, revision, "tokenizer_config.json");
            Optional<HttpAnswer> answer = file(hub, config, LARGEST_CONFIG, cancellation);
            answer.ifPresent(json -> found.putAll(templates(json.text(), config)));
            commit = answer.flatMap(json -> json.header("x-repo-commit")).orElse(commit);
        }
        return new OriginalTemplates(repository, commit, found);
    }

    private static Optional<HttpAnswer> file(Hub hub, Origin.HubFile file, int most, Cancellation cancellation) {
        HttpAnswer answer = hub.http().read(hub.download(file), most, cancellation);
        if (answer.isSuccess()) {
            return Optional.of(answer);
        }
        boolean absent = answer.status() == 404
                && answer.header("x-error-code").orElse("").equals("EntryNotFound");
        if (absent) {
            return Optional.empty();
        }
        throw hub.refusal(answer, file);
    }

    static Map<String, String> templates(String config, Origin.HubFile file) {
        JsonNode node;
        try {
            node = JSON.readTree(config).path("chat_template");
        } catch (JsonProcessingException e) {
            throw new NetworkException(
                    Reason.INVALID,
                    file.path() + " of " + file.repository() + " is no JSON, so its chat template cannot be read.",
                    "Tell the repository's owner; until then the file's template cannot be compared.",
                    e);
        }
        Map<String, String> found = new LinkedHashMap<>();
        if (node.isTextual()) {
            found.put(DEFAULT, node.textValue());
        }
        for (JsonNode one : node.isArray() ? node : JSON.createArrayNode()) {
            if (one.path("name").isTextual() && one.path("template").isTextual()) {
                found.put(one.path("name").textValue(), one.path("template").textValue());
            }
        }
        return found;
    }

    /** The main template; empty where the model was published without. */
    public Optional<String> main() {
        return Optional.ofNullable(byName.get(DEFAULT));
    }

    /** For example {@code 1 template of HuggingFaceTB/SmolLM2-135M-Instruct}. */
    @Override
    public String toString() {
        String count =
                byName.isEmpty() ? "no template" : byName.size() == 1 ? "1 template" : byName.size() + " templates";
        return Failures.brief(count + " of " + repository);
    }
}
