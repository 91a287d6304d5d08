package ai.bearllm.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelShape;
import ai.bearllm.model.Origin;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {
    private static final String ENTRY = """
            {"version":1,"models":[{"id":"me/mine:Q8_0","description":"Mine.","parameters":1000,"quantization":"Q8_0",
             "contextTokens":512,"chat":{"kind":"base"},"license":{"id":"MIT","url":"https://spdx.org/licenses/MIT.html"},
             "tags":["own"],"shape":{"architecture":"llama","layers":2,"embeddingLength":64,"heads":4,"keyValueHeads":2,
             "headLength":16,"feedForwardLength":128,"vocabularySize":100},"file":{"name":"mine.gguf","origin":"hf:me/mine@abcdef1/mine.gguf"},"color":"blue"}]}
            """;

    @TempDir
    Path folder;

    private final Catalog builtIn = Catalog.read(Path.of("no such file"));

    @Test
    void holdsSevenModelsOfWhichMistralIsTheRecommendedOne() {
        assertThat(builtIn.cards()).hasSize(7);
        assertThat(builtIn.cards().stream()
                        .filter(card -> card.tags().contains("recommended"))
                        .map(card -> card.id().base()))
                .containsExactly("mistralai/Mistral-7B-Instruct-v0.2");
    }

    @Test
    void keepsToItsOwnSchema() throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode schema = json.readTree(resource("registry.schema.json"));
        JsonNode catalog = json.readTree(resource("registry.json"));
        var validator =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
        assertThat(validator.validate(catalog)).isEmpty();
        // The schema can refuse: the same catalog without one required field.
        ((com.fasterxml.jackson.databind.node.ObjectNode) catalog.path("models").get(0)).remove("license");
        assertThat(validator.validate(catalog)).isNotEmpty();
    }

    @Test
    void declaresNoDigestWhereOnlyOneUncertainSourceNamesIt() {
        assertThat(builtIn.find("phi-2").file().sha256()).isEmpty();
        assertThat(builtIn.find("llama-2-13b-chat").file().sizeBytes()).isEmpty();
        assertThat(builtIn.find("mistral").file().sha256()).isPresent();
    }

    /** A typing error in one of the numbers would show: they are what the number of weights is made of. */
    @Test
    void knowsOfEachModelAShapeThatItsWeightsAreMadeOf() {
        for (ModelCard card : builtIn.cards()) {
            ModelShape shape = card.shape().orElseThrow();
            long width = shape.embeddingLength();
            long attention = 2 * width * shape.headLength() * (shape.heads() + shape.keyValueHeads());
            // phi-2 has two matrices in its feed-forward network, the others three; two use one table twice.
            long inner = (shape.architecture().equals("phi2") ? 2 : 3) * width * shape.feedForwardLength();
            long tables = (List.of("bear-tiny", "smollm2-135m")
                                    .contains(card.aliases().get(0))
                            ? 1
                            : 2)
                    * width
                    * shape.vocabularySize();
            double weights = tables + shape.layers() * (double) (attention + inner);
            assertThat(weights / card.parameters()).as(card.id().toString()).isBetween(0.998, 1.0001);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bear-tiny, bearllm/bear-tiny:Q8_0",
        "BEAR-TINY, bearllm/bear-tiny:Q8_0",
        "bearllm/bear-tiny, bearllm/bear-tiny:Q8_0",
        "TinyLlama-1.1B-Chat-v1.0, TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M",
        "TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M, TinyLlama/TinyLlama-1.1B-Chat-v1.0:Q4_K_M",
        "mistral, mistralai/Mistral-7B-Instruct-v0.2:Q4_K_M"
    })
    void findsAModelByItsIdNameOrAlias(String name, String id) {
        assertThat(builtIn.find(name).id()).hasToString(id);
    }

    @Test
    void offersTheNearestNamesForAnUnknownOne() {
        assertThatThrownBy(() -> builtIn.find("bear-tyni"))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("No model is called \"bear-tyni\"")
                .hasMessageContaining("The nearest names are bear-tiny");
    }

    @Test
    void asksWhichWhereANameFitsSeveral() throws IOException {
        Path own = Files.writeString(folder.resolve("registry.json"), ENTRY.replace("me/mine", "me/phi-2"));
        assertThatThrownBy(() -> Catalog.read(own).find("phi-2"))
                .hasMessageContaining("fits 2 models")
                .hasMessageContaining("microsoft/phi-2:Q4_K_S")
                .hasMessageContaining("me/phi-2:Q8_0");
    }

    @Test
    void addsTheUsersOwnEntries() throws IOException {
        Path own = Files.writeString(folder.resolve("registry.json"), ENTRY);
        ModelCard mine = Catalog.read(own).find("mine");
        assertThat(mine.file().origin()).isEqualTo(new Origin.HubFile("me/mine", "abcdef1", "mine.gguf"));
        assertThat(Catalog.read(own).cards()).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"parameters\":1000|\"parameters\":\"many\"|$.models[0].parameters: expected a whole number but found \"many\"",
                "\"parameters\":1000|\"parameters\":-1|$.models[0]: parameters must be positive but was -1",
                "\"kind\":\"base\"|\"kind\":\"magic\"|$.models[0].chat.kind: expected file-template, catalog-template or base",
                "me/mine:Q8_0|../mine:Q8_0|$.models[0].id:",
                "me/mine:Q8_0|me/mine:Q4_0|$.models[0].quantization: \"Q8_0\" differs from the id's \"Q4_0\"",
                "\"mine.gguf\"|\"../mine.gguf\"|$.models[0].file: a model's file name",
                "hf:me/mine@abcdef1/mine.gguf|ftp://x|$.models[0].file.origin: an origin is",
                "\"tags\":[\"own\"]|\"tags\":[7]|$.models[0].tags[0]: expected text but found 7",
                "\"heads\":4|\"heads\":1|$.models[0].shape: keyValueHeads must be 1 to 1 but was 2",
                "\"layers\":2,|''|$.models[0].shape.layers: it is missing",
                "\"layers\":2|\"layers\":9999999999|$.models[0].shape: integer overflow",
                "\"architecture\":\"llama\"|\"architecture\":\"../x\"|$.models[0].shape: architecture is a word",
                "\"version\":1|\"version\":2|$.version: expected 1 but found 2",
                "\"license\":{\"id\":\"MIT\",|\"license\":{|$.models[0].license.id: expected text but found nothing",
                "{\"version\"|{\"version\":1,\"version\"|line 1: it is not JSON: Duplicate field",
            })
    void namesFileAndJsonPathOfAFault(String from, String to, String expected) throws IOException {
        Path own = Files.writeString(folder.resolve("registry.json"), ENTRY.replace(from, to));
        assertThatThrownBy(() -> Catalog.read(own))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(own.toString())
                .hasMessageContaining(expected)
                .hasMessageContaining("registry.schema.json");
    }

    @Test
    void refusesDamagedCatalogsOnlyWithACatalogException() {
        byte[] good = ENTRY.getBytes(StandardCharsets.UTF_8);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                CatalogReader.read("fuzzed", bytes);
            } catch (CatalogException e) {
                assertThat(e).as("seed " + seed).hasMessageContaining("fuzzed");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "abc,abc,0", "'',abc,3"})
    void measuresTheDistanceOfNames(String left, String right, int expected) {
        assertThat(Catalog.distance(left, right)).isEqualTo(expected);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = CatalogTest.class.getResourceAsStream("/ai/bearllm/data/" + name)) {
            return java.util.Objects.requireNonNull(in).readAllBytes();
        }
    }
}
