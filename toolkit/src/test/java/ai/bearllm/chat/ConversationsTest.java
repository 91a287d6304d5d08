package ai.bearllm.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.bearllm.lab.ChildJvm;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelId;
import ai.bearllm.model.RunRecord;
import ai.bearllm.store.Store;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversations that are kept. */
class ConversationsTest {
    private static final Optional<ModelId> MODEL = Optional.of(ModelId.parse("a/b:Q4_K_M"));
    private static final String CARE = "B\u00e4r \ud83d\udc3b \"x\"\n\t\u0001 'y' {z}; drop table conversations";

    @TempDir
    Path home;

    private Store store;
    private Conversations conversations;

    @BeforeEach
    void open() {
        store = Store.at(home);
        conversations = new Conversations(store, home, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        conversations.close();
        store.close();
    }

    @Test
    void comeBackWholeAfterARestart() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("temperature", "0.7");
        settings.put("max tokens", "200");
        Conversation begun =
                conversations.begin(CARE, MODEL, Optional.of("djl"), Optional.of("Be brief. " + CARE), settings);
        Message question =
                conversations.add(begun, Optional.empty(), Turn.Role.USER, "Why? " + CARE, OptionalInt.of(7));
        RunRecord run = run();
        Message answer = conversations.finish(
                conversations.beginAnswer(begun, question),
                "Because. " + CARE,
                OptionalInt.of(9),
                Message.State.FINISHED,
                Optional.of(run));
        close();
        open();

        SavedConversation saved = conversations.find(begun.id()).orElseThrow();

        assertThat(saved.conversation()).isEqualTo(begun);
        assertThat(saved.conversation().settings().keySet()).containsExactly("temperature", "max tokens");
        assertThat(saved.path()).containsExactly(question, answer);
        assertThat(saved.path().get(1).run()).contains(run);
        assertThat(conversations.list()).singleElement().satisfies(listed -> {
            assertThat(listed.conversation()).isEqualTo(begun);
            assertThat(listed.messages()).isEqualTo(2);
            assertThat(listed.used()).isEqualTo(answer.created());
        });
        assertThat(conversations.count(MODEL.orElseThrow())).isEqualTo(1);
        assertThat(saved.toString()).hasSizeLessThanOrEqualTo(80);
        assertThat(saved.sheet().text()).contains("user", "assistant");
    }

    @Test
    void opensNoDatabaseToWrite() {
        Conversation begun = begin();
        conversations.add(begun, Optional.empty(), Turn.Role.USER, "hello", OptionalInt.empty());

        assertThat(store.file()).doesNotExist();
    }

    @Test
    void keepWhatIsSaidInOrderThoughTheClockIsSetBack() {
        Conversation begun = begin();
        Message first = conversations.add(begun, Optional.empty(), Turn.Role.USER, "1", OptionalInt.empty());
        try (Conversations earlier = new Conversations(
                store, home, Clock.fixed(Instant.now().minus(Duration.ofDays(400)), ZoneOffset.UTC))) {
            SavedConversation saved = earlier.find(begun.id()).orElseThrow();
            Message second = earlier.add(begun, saved.head(), Turn.Role.ASSISTANT, "2", OptionalInt.empty());
            Message third = earlier.add(begun, Optional.of(second), Turn.Role.USER, "3", OptionalInt.empty());
            assertThat(earlier.save(begun.titled("renamed")).revision()).isGreaterThan(begun.revision());

            saved = conversations.find(begun.id()).orElseThrow();
            assertThat(saved.path()).containsExactly(first, second, third);
            assertThat(saved.conversation().title()).isEqualTo("renamed");
        }
    }

    @Test
    void branchWhereAQuestionIsEditedAndGoOnFromEither() {
        Conversation begun = begin();
        Message asked = conversations.add(begun, Optional.empty(), Turn.Role.USER, "a", OptionalInt.empty());
        Message answered = conversations.add(begun, Optional.of(asked), Turn.Role.ASSISTANT, "b", OptionalInt.empty());
        Message edited = conversations.add(begun, Optional.empty(), Turn.Role.USER, "a2", OptionalInt.empty());

        SavedConversation saved = conversations.find(begun.id()).orElseThrow();
        assertThat(saved.path()).as("the newest").containsExactly(edited);
        assertThat(saved.after(asked)).containsExactly(answered);

        Conversation back = conversations.goOnFrom(saved.conversation(), answered);
        saved = conversations.find(begun.id()).orElseThrow();
        assertThat(saved.conversation()).isEqualTo(back);
        assertThat(saved.path()).containsExactly(asked, answered);
        assertThat(saved.sheet().notes()).containsExactly("1 message is on other branches.");

        Message next = conversations.add(back, saved.head(), Turn.Role.USER, "c", OptionalInt.empty());
        assertThat(conversations.find(begun.id()).orElseThrow().path()).containsExactly(asked, answered, next);
    }

    @Test
    void forkIntoAConversationOfItsOwn() {
        Conversation begun = begin();
        Message asked = conversations.add(begun, Optional.empty(), Turn.Role.USER, "a", OptionalInt.of(1));
        Message answered = conversations.add(begun, Optional.of(asked), Turn.Role.ASSISTANT, "b", OptionalInt.empty());
        conversations.add(begun, Optional.of(answered), Turn.Role.USER, "c", OptionalInt.empty());

        Conversation fork = conversations.fork(conversations.find(begun.id()).orElseThrow(), answered);
        conversations.purge(begun.id());

        assertThat(conversations.find(begun.id())).isEmpty();
        SavedConversation saved = conversations.find(fork.id()).orElseThrow();
        assertThat(saved.conversation().forkedFrom()).contains(begun.id());
        assertThat(saved.path()).extracting(Message::text).containsExactly("a", "b");
        assertThat(saved.path()).extracting(Message::id).doesNotContain(asked.id(), answered.id());
    }

    @Test
    void areFoundByTheirTextButNotOnceTheyAreDeleted() {
        Conversation one = begin();
        Conversation other = begin();
        Message said =
                conversations.add(one, Optional.empty(), Turn.Role.USER, "A GRIZZLY b\u00c4r", OptionalInt.empty());
        conversations.add(other, Optional.empty(), Turn.Role.USER, "100 % _grizzly'", OptionalInt.empty());

        assertThat(conversations.search("grizzly B\u00e4r")).containsExactly(new Conversations.Found(one, said));
        assertThat(conversations.search("grizzly")).hasSize(2);
        assertThat(conversations.search("% _g")).as("no pattern").hasSize(1);
        assertThat(conversations.search("grizzly'")).hasSize(1);

        Conversation deleted = conversations.delete(other);
        assertThat(conversations.search("grizzly")).hasSize(1);
        assertThat(conversations.list()).hasSize(1);
        assertThat(conversations.trash())
                .singleElement()
                .satisfies(listed -> assertThat(listed.conversation().deleted()).isPresent());

        conversations.restore(deleted);
        assertThat(conversations.search("grizzly")).hasSize(2);
        assertThatThrownBy(() -> conversations.search(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leaveNothingInFilesOncePurgedThoughAnotherProcessGoesOn() throws Exception {
        Conversation begun = conversations.begin(
                "secretword title", MODEL, Optional.empty(), Optional.of("secretword system"), Map.of());
        try (Conversations other = new Conversations(store, home, Clock.systemUTC())) {
            Message said = other.add(begun, Optional.empty(), Turn.Role.USER, "secretword said", OptionalInt.empty());
            assertThat(conversations.find(begun.id())).isPresent();

            conversations.purge(begun.id());

            assertThat(journals()).doesNotContain("secretword");
            other.add(begun, Optional.of(said), Turn.Role.USER, "secretword later", OptionalInt.empty());
            other.save(begun.titled("secretword again"));
            assertThat(conversations.find(begun.id())).isEmpty();
            assertThat(conversations.search("secretword")).isEmpty();
            assertThat(conversations.list()).isEmpty();
        }
    }

    @Test
    void refusesATextThatIsTooLongAndKeepsTheNext() {
        Conversation begun = begin();
        assertThatThrownBy(() -> conversations.add(
                        begun, Optional.empty(), Turn.Role.USER, "x".repeat(2_000_000), OptionalInt.empty()))
                .isInstanceOf(BearException.class)
                .hasMessageContaining("too long to be kept");
        conversations.add(begun, Optional.empty(), Turn.Role.USER, "x".repeat(900_000), OptionalInt.empty());

        assertThat(conversations.find(begun.id()).orElseThrow().path()).hasSize(1);
    }

    @Test
    void holdEveryFinishedTurnAndMarkTheInterruptedOneWhenTheirProcessIsKilled() throws Exception {
        Process process = ChildJvm.start(ConversationsTest.class, home.toString());
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(told.readLine()).isEqualTo("answering");
            assertThat(conversations.list().get(0).messages()).isEqualTo(6);
            assertThat(last().state()).as("its process lives").isEqualTo(Message.State.RUNNING);
        } finally {
            process.destroyForcibly().waitFor();
        }

        SavedConversation saved = conversations
                .find(conversations.list().get(0).conversation().id())
                .orElseThrow();

        assertThat(saved.path())
                .extracting(Message::text)
                .containsExactly("question 1", "answer 1", "question 2", "answer 2", "question 3", "half an ans");
        assertThat(last().state()).isEqualTo(Message.State.INTERRUPTED);
        assertThat(last().turn().stopped()).isTrue();
        assertThat(saved.sheet().text()).contains("assistant (interrupted)");
        assertThat(saved.path().subList(0, 5)).allMatch(message -> message.state() == Message.State.FINISHED);
    }

    private Message last() {
        List<Message> path = conversations
                .find(conversations.list().get(0).conversation().id())
                .orElseThrow()
                .path();
        return path.get(path.size() - 1);
    }

    /** Another process: two turns, and half of the third. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Conversations kept = new Conversations(Store.at(home), home, Clock.systemUTC());
        Conversation begun = kept.begin("killed", MODEL, Optional.empty(), Optional.empty(), Map.of());
        Optional<Message> last = Optional.empty();
        for (int i = 1; i <= 3; i++) {
            Message question = kept.add(begun, last, Turn.Role.USER, "question " + i, OptionalInt.empty());
            Message answer = kept.progress(kept.beginAnswer(begun, question), "half an ans");
            if (i < 3) {
                last = Optional.of(kept.finish(
                        answer, "answer " + i, OptionalInt.of(2), Message.State.FINISHED, Optional.empty()));
            }
        }
        System.out.println("answering");
        System.in.read();
    }

    private Conversation begin() {
        return conversations.begin("a title", MODEL, Optional.empty(), Optional.empty(), Map.of());
    }

    private static RunRecord run() {
        Scripted scripted = new Scripted();
        try (Chat chat = ChatBuilder.of(scripted, () -> new Seen()).open()) {
            chat.ask("why");
        }
        RunRecord made = scripted.records.get(scripted.records.size() - 1);
        return new RunRecord(
                made.id(),
                made.when().truncatedTo(java.time.temporal.ChronoUnit.MICROS),
                made.kind(),
                made.notebook(),
                made.model(),
                made.sha256(),
                made.engine(),
                made.engineBuild(),
                made.parameters(),
                made.tokens(),
                made.times(),
                made.memory(),
                made.gpu(),
                made.energy(),
                made.finishReason(),
                made.errorClass());
    }

    private String journals() throws Exception {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".journal")).toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
