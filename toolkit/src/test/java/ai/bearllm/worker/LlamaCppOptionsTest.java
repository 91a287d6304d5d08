package ai.bearllm.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.engine.Generation;
import ai.bearllm.engine.GenerationListener;
import ai.bearllm.engine.GenerationRequest;
import ai.bearllm.engine.KvCacheType;
import ai.bearllm.engine.LoadOptions;
import ai.bearllm.engine.ModelSource;
import ai.bearllm.engine.Pooling;
import ai.bearllm.engine.Sampling;
import ai.bearllm.engine.Session;
import ai.bearllm.engine.llamacpp.LlamaCppProvider;
import ai.bearllm.grammar.Grammar;
import ai.bearllm.lab.Lab;
import ai.bearllm.model.BearException;
import ai.bearllm.progress.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What llama.cpp makes of load options: all that can be is done, all that cannot is refused before native code. */
@Timeout(120)
class LlamaCppOptionsTest {
    private static final ModelSource BEAR_TINY = new ModelSource.LocalFile(Lab.project()
            .resolve("data/bear-tiny/bear-tiny.gguf")
            .toAbsolutePath()
            .normalize());
    private static final LoadOptions SMALL =
            LoadOptions.DEFAULT.withContext(128).withThreads(1);

    @TempDir
    static Path home;

    private static final class Holder {
        private static final WorkerEngine ENGINE = new WorkerEngine(
                new LlamaCppProvider(), WorkerSettings.of(home.resolve("workers"), home.resolve("logs")));
    }

    @AfterAll
    static void close() {
        Holder.ENGINE.close();
    }

    private static Session load(LoadOptions options) {
        return Holder.ENGINE.load(BEAR_TINY, options, Cancellation.create());
    }

    private static Generation ask(Session session, GenerationRequest request) {
        return session.generate(request, GenerationListener.NONE, Cancellation.create());
    }

    private static void assertRefused(LoadOptions options, String words) {
        assertThatThrownBy(() -> load(options))
                .isNotInstanceOf(WorkerDiedException.class)
                .isInstanceOfSatisfying(BearException.class, e -> {
                    assertThat(e.problem()).contains(words);
                    assertThat(e.fix()).isNotBlank();
                });
    }

    @Test
    void quantizedValuesSwitchFlashAttentionOn() {
        try (Session session = load(SMALL.withKvCache(KvCacheType.Q8_0, KvCacheType.Q4_0))) {
            assertThat(session.loaded().parameters())
                    .containsEntry("cacheTypes", "q8_0/q4_0")
                    .containsEntry("flashAttention", "true");
            assertThat(ask(session, GenerationRequest.of("Once", 8).measured()).text())
                    .isNotEmpty();
        }
    }

    @Test
    void keepsTheCacheInEveryType() {
        for (KvCacheType type : List.of(KvCacheType.F32, KvCacheType.BF16, KvCacheType.IQ4_NL, KvCacheType.Q5_1)) {
            try (Session session = load(SMALL.withKvCache(type, type))) {
                assertThat(session.loaded().parameters()).containsEntry("cacheTypes", type + "/" + type);
                assertThat(ask(session, GenerationRequest.of("Once", 8).measured())
                                .text())
                        .isNotEmpty();
            }
        }
    }

    @Test
    void refusesCombinationsThatTheLibraryDiesOf() {
        assertRefused(
                SMALL.withKvCache(KvCacheType.F16, KvCacheType.Q8_0).withFlashAttention(false), "need flash attention");
        assertRefused(SMALL.withKvCache(KvCacheType.F32, KvCacheType.F16).withFlashAttention(true), "f32");
        assertRefused(SMALL.withKvCache(KvCacheType.F32, KvCacheType.Q8_0), "f32");
    }

    @Test
    void usesTheSessionsSeedWhereARequestNamesNone() {
        GenerationRequest request = GenerationRequest.of("Once", 20)
                .withSampling(Sampling.DEFAULT
                        .withTemperature(3)
                        .withTopK(0)
                        .withTopP(1)
                        .withMinP(0));
        try (Session session = load(SMALL.withSeed(-5))) {
            Generation generation = ask(session, request);
            assertThat(generation.parameters()).containsEntry("seed", "4294967291");
            Generation named =
                    ask(session, request.withSampling(request.sampling().withSeed(-5)));
            assertThat(named.text()).isEqualTo(generation.text());
            Generation other =
                    ask(session, request.withSampling(request.sampling().withSeed(6)));
            assertThat(other.text()).isNotEqualTo(generation.text());
        }
    }

    @Test
    void aSessionForVectorsMakesNothingElse() {
        try (Session session = load(SMALL.withEmbeddings(Pooling.LAST))) {
            assertThat(session.loaded().parameters()).containsEntry("embeddings", "last");
            assertThat(session.embed("honey")).hasSize(256);
            assertThat(session.tokenize("honey")).isNotEmpty();
            assertThatThrownBy(() -> ask(session, GenerationRequest.of("Once", 3)))
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("no text");
        }
    }

    @Test
    void writesNoEmbeddedTextIntoALog() throws IOException {
        try (Session session = load(SMALL)) {
            session.embed("Greta keeps her secret");
        }
        try (var logs = Files.list(home.resolve("logs"))) {
            for (Path log : logs.toList()) {
                assertThat(Files.readString(log)).doesNotContain("Greta keeps");
            }
        }
    }

    @Test
    void refusesTextsThatAreFarTooLongAtOnce() {
        try (Session session = load(SMALL)) {
            String huge = "bear ".repeat(2 << 20);
            assertThatThrownBy(() -> ask(session, GenerationRequest.of(huge, 1)))
                    .isNotInstanceOf(WorkerDiedException.class)
                    .isInstanceOf(BearException.class)
                    .hasMessageContaining("the context holds 128");
            assertThatThrownBy(() -> session.tokenize(huge)).isInstanceOf(BearException.class);
            assertThat(session.detokenize(session.tokenize("still here"))).isEqualTo("still here");
        }
    }

    @Test
    void saysWhetherATextUnderAGrammarIsComplete() {
        try (Session session = load(SMALL)) {
            Grammar grammar = Grammar.parse("root ::= \"a\"{30}");
            GenerationRequest request = GenerationRequest.of("Once", 100).withGrammar(grammar);
            assertThat(ask(session, request).parameters())
                    .containsEntry("grammarComplete", "true")
                    .containsKey("grammarSha256");
            assertThat(ask(session, request.withMaxTokens(2)).parameters()).containsEntry("grammarComplete", "false");
        }
    }

    /** A control token has a text for grammars, and none for readers. */
    @Test
    void writesTextsOfControlTokensLetterByLetter() {
        try (Session session = load(SMALL)) {
            Grammar grammar = Grammar.parse("root ::= \"<|im_start|></s><s><unk>\"");
            assertThat(ask(session, GenerationRequest.of("Once", 100).withGrammar(grammar))
                            .text())
                    .isEqualTo("<|im_start|></s><s><unk>");
        }
    }
}
