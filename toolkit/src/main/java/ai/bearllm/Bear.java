package ai.bearllm;

import ai.bearllm.bench.BenchBuilder;
import ai.bearllm.chat.Answer;
import ai.bearllm.chat.ChatBuilder;
import ai.bearllm.download.Downloads;
import ai.bearllm.engine.Sandboxing;
import ai.bearllm.gguf.Gguf;
import ai.bearllm.machine.Machine;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.registry.Adoptable;
import ai.bearllm.registry.DiskUse;
import ai.bearllm.registry.HubRepository;
import ai.bearllm.registry.HubSearch;
import ai.bearllm.registry.Levels;
import ai.bearllm.registry.Model;
import ai.bearllm.registry.ModelQuery;
import ai.bearllm.registry.Recommendation;
import ai.bearllm.registry.Signatures;
import ai.bearllm.registry.Trash;
import ai.bearllm.report.ReportBuilder;
import ai.bearllm.run.SessionBuilder;
import ai.bearllm.signature.Signing;
import ai.bearllm.signature.SigningKey;
import ai.bearllm.signature.WrittenSignature;
import ai.bearllm.stores.ForeignStores;
import ai.bearllm.usage.UsageView;
import ai.bearllm.validation.Diff;
import ai.bearllm.validation.Validation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Local language models, managed and measured: the only class a user must import.
 *
 * <pre>{@code
 * var bear = Bear.open();
 * bear.model("bear-tiny").download().activate();
 * bear.ask("Tell me a story about Greta and honey.");
 * }</pre>
 *
 * <p>Opening it reads no database and loads no native library. Several of one home share everything; {@link #close()} is
 * needed only where workers shall end before the program does.
 */
public final class Bear implements Shown, AutoCloseable {
    private final Toolkit toolkit;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Bear(Toolkit toolkit) {
        this.toolkit = toolkit;
    }

    /**
     * Opens the home that the environment variable {@code BEAR_HOME} names, else {@code ~/.bear-llm-ai}.
     *
     * @throws ai.bearllm.model.BearException where it cannot be made or written to
     */
    public static Bear open() {
        String home = System.getenv("BEAR_HOME");
        return home == null || home.isBlank()
                ? open(Path.of(System.getProperty("user.home"), ".bear-llm-ai").toString())
                : open(home);
    }

    /**
     * Opens the home in this folder; made where it does not exist.
     *
     * @throws ai.bearllm.model.BearException where it cannot be made or written to
     */
    public static Bear open(String folder) {
        return new Bear(Toolkit.acquire(Path.of(folder)));
    }

    /** Every known model: the built-in catalog and the entries of {@code registry.json} in the home. */
    public ModelQuery models() {
        return toolkit().registry().models();
    }

    /**
     * The model that suits this machine: its memory, cores, graphics cards, disk and engines, with the reason in one sentence.
     *
     * @throws ai.bearllm.model.BearException where no engine can run here, or no model fits
     */
    public Recommendation recommendedHere() {
        Toolkit here = toolkit();
        return here.registry().recommendedHere(here.engines().available());
    }

    /**
     * A model by its id, alias or short name, in any case.
     *
     * @throws ai.bearllm.model.BearException where none or several fit; it names the nearest
     */
    public Model model(String name) {
        return toolkit().registry().model(name);
    }

    /**
     * Looks for models on the Hugging Face Hub: narrow it, then {@code list()} or {@code first()}; the hub is asked then.
     *
     * <pre>{@code
     * bear.search("smollm2").licensed("apache-2.0").first().file("Q4_1").add().download();
     * }</pre>
     *
     * @param words that the repository's name has
     */
    public HubSearch search(String words) {
        return toolkit().registry().search(words);
    }

    /**
     * A repository of the Hugging Face Hub: its files, what each needs, and which fits here.
     *
     * @param id {@code owner/name}
     * @throws ai.bearllm.model.BearException where there is none, or the hub cannot be asked
     */
    public HubRepository repo(String id) {
        return toolkit().registry().repository(id);
    }

    /** The active model; empty where none is. */
    public Optional<Model> active() {
        return toolkit().registry().active();
    }

    /**
     * What a GGUF file says about itself: one on this machine, or one on a server, of which only the beginning is fetched, usually
     * a few megabytes.
     *
     * @param place a path, an {@code https} address, or {@code hf:<owner>/<repository>@<revision>/<path>}
     * @throws ai.bearllm.model.BearException where it is missing, cannot be reached or is broken; it says where
     */
    public Gguf gguf(String place) {
        return toolkit().registry().gguf(place);
    }

    /** Checks any GGUF file on this machine: digest, structure, every scale, metadata, template. */
    public Validation validate(String file) {
        return validate(file, "full");
    }

    /**
     * Checks any GGUF file on this machine.
     *
     * @param level {@code "quick"} for all that needs only its beginning, {@code "full"} for everything
     */
    public Validation validate(String file, String level) {
        return toolkit().registry().validate(Path.of(file), Levels.named(level));
    }

    /** Says how two GGUF files differ: which metadata, which tensors. */
    public Diff diff(String a, String b) {
        return toolkit().registry().diff(Path.of(a), Path.of(b));
    }

    /**
     * Adds a GGUF file of this machine to the library without copying it, after a full check. One that the catalog declares
     * becomes that model; another gets an entry of its own.
     *
     * @throws ai.bearllm.model.BearException where it fails a check or holds no language model; it stays where it is
     */
    public Model add(String file) {
        return toolkit().registry().add(Path.of(file));
    }

    /**
     * The models that other programs keep on this machine: the Hugging Face cache, Ollama, LM Studio, llama.cpp, the desktop
     * application; {@code .in("folder")} looks into a folder instead. {@code .confirm()} makes the library use them where they
     * lie, without a copy.
     */
    public Adoptable adoptable() {
        Toolkit here = toolkit();
        return here.registry()
                .adoptable(ForeignStores.usual(
                        System.getenv(),
                        Path.of(System.getProperty("user.home")),
                        here.home().models()));
    }

    /**
     * Sets after how many days an installed file is checked in full again before its next use; 30 where nothing is said, 0 for
     * every use.
     */
    public Bear checkFilesAfterDays(int days) {
        toolkit().registry().checkAfter(Duration.ofDays(days));
        return this;
    }

    /**
     * Sets how much every session of this home insists on a sandbox, unless it says otherwise itself; kept until it is set anew.
     *
     * @param wish {@code "preferred"}, as it is in the beginning: the best that works here; {@code "required"}: no session where
     *     none works; or {@code "off"}
     * @throws IllegalArgumentException for any other word
     */
    public Bear sandbox(String wish) {
        toolkit().registry().sandbox(Sandboxing.named(wish).toString());
        return this;
    }

    /** Whose signatures count here, and what happens to models without one. */
    public Signatures signatures() {
        return toolkit().registry().signatures();
    }

    /**
     * Signs a model, so that others can check that it is yours and unchanged: with {@code bear.signatures()}, or with any tool
     * for OpenSSF Model Signing.
     *
     * @param model a model's file, or a folder whose files are all part of the model
     * @param key a PEM file with the private key; {@link #signingKey} makes one
     * @throws ai.bearllm.model.BearException where they cannot be read, or a signature is there already
     */
    public WrittenSignature sign(String model, String key) {
        toolkit();
        Cancellation cancellation = Cancellation.create();
        return Task.await(
                "signing",
                cancellation,
                () -> Signing.of(Path.of(model), SigningKey.read(Path.of(key)))
                        .listener((hashed, total) -> cancellation.check())
                        .sign());
    }

    /**
     * Makes a key for {@link #sign}: the private one in this new file, readable by its owner alone, and the public one, which
     * others may have, beside it with {@code .pub} at its name's end.
     *
     * @throws ai.bearllm.model.BearException where one of the files exists, or cannot be written
     */
    public SigningKey signingKey(String file) {
        toolkit();
        SigningKey key = SigningKey.generate();
        key.save(Path.of(file));
        return key;
    }

    /** The downloads of this session: how far they are, and handles to pause, resume, cancel and await them; {@code watch()} shows them live. */
    public Downloads downloads() {
        return toolkit().downloads();
    }

    /** What uses the space of the home's disk, and what of it could go. */
    public DiskUse disk() {
        return toolkit().registry().disk();
    }

    /** What was removed and can still be brought back. */
    public Trash trash() {
        return toolkit().registry().trash();
    }

    /** Asks the active model one question; the answer streams into the cell or the terminal. */
    public Answer ask(String question) {
        return toolkit().chats().ask(question);
    }

    /** Begins a conversation: choose, then {@code open()}. */
    public ChatBuilder chat() {
        return toolkit().chats().chat();
    }

    /** Loads the model of this name for plain generation: choose, then {@code open()}. */
    public SessionBuilder session(String model) {
        return SessionBuilder.of(toolkit().sessions(), model);
    }

    /** Measures models: choose, then {@code run()}. */
    public BenchBuilder bench() {
        Toolkit here = toolkit();
        return BenchBuilder.of(here.sessions(), here.display()::progress, Machine::here);
    }

    /** Every recorded run, by model, by engine, the failures. */
    public UsageView usage() {
        return toolkit().usage().view();
    }

    /** Begins a report: add results, then {@code save(file)}. */
    public ReportBuilder report(String title) {
        toolkit();
        return ReportBuilder.titled(title);
    }

    /** The models that are loaded: memory, rate and state of each worker, looked up when it is shown; {@code watch()} shows them live. */
    public Monitor monitor() {
        Toolkit here = toolkit();
        return new Monitor(here.engines()::sessions, here.display()::live);
    }

    /** What works on this machine, what does not, why, and what to do. */
    public Shown doctor() {
        Toolkit here = toolkit();
        return new Doctor(
                here.home().path(), here.display().name(), here.engines().providers(), adoptable());
    }

    /** What one can write. */
    public Shown help() {
        return new Help();
    }

    /** Forbids the network until {@link #online()}; {@code HF_HUB_OFFLINE=1} forbids it for good. */
    public Bear offline() {
        toolkit().forbidNetwork(true);
        return this;
    }

    /** Allows the network again. */
    public Bear online() {
        toolkit().forbidNetwork(false);
        return this;
    }

    /** The folder where everything lies. */
    public Path home() {
        return toolkit.home().path();
    }

    /** Ends the workers and closes the store, unless another {@code Bear} of this home is open. May be called twice. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            toolkit.release();
        }
    }

    private Toolkit toolkit() {
        if (closed.get()) {
            throw new IllegalStateException("this Bear is closed; open one with Bear.open()");
        }
        return toolkit;
    }

    private String activeNow() {
        Optional<String> lost = toolkit().registry().activeId().map(id -> id + ", which is in no catalog any more");
        return active().map(Model::toString).or(() -> lost).orElse("none");
    }

    @Override
    public Sheet sheet() {
        return Sheet.of("Bear " + Toolkit.version())
                .columns("what", "value")
                .row("home", home())
                .row("models", models().toString().replace(" (.show() for all)", ""))
                .row("active", activeNow())
                .row("shown in", toolkit.display().name())
                .note("bear.help() shows what one can write.")
                .build();
    }

    /** Where it is; a home below the user's own is written with {@code ~}. */
    @Override
    public String toString() {
        Path user = Path.of(System.getProperty("user.home"));
        Path home = home();
        String place = (home.startsWith(user) ? Path.of("~").resolve(user.relativize(home)) : home).toString();
        return (place.length() > 40 ? "Bear" : "Bear at " + place) + " (bear.help().show() says what there is)";
    }
}
