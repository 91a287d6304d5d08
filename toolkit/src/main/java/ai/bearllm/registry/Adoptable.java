package ai.bearllm.registry;

import ai.bearllm.model.ByteSize;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.stores.ForeignStores;
import ai.bearllm.stores.FoundFiles;
import ai.bearllm.table.Tabular;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The models that other programs keep on this machine, and what adopting them would do; looked for anew whenever it is shown or
 * listed. Nothing is copied, moved or changed: {@link #confirm()} makes the library use the files where they lie.
 *
 * <p>Looking reads names and a few bytes. What a store says about a file, its digest above all, is a claim until the file was
 * read; adopting reads it in full, unless that was done before and it has not changed since.
 */
public final class Adoptable implements Tabular {
    private final Registry registry;
    private final Adopting adopting;
    private final ForeignStores stores;
    private final boolean usual;
    private final String wanted;

    Adoptable(Registry registry, Adopting adopting, ForeignStores stores, boolean usual) {
        this(registry, adopting, stores, usual, "");
    }

    private Adoptable(Registry registry, Adopting adopting, ForeignStores stores, boolean usual, String wanted) {
        this.registry = registry;
        this.adopting = adopting;
        this.stores = stores;
        this.usual = usual;
        this.wanted = wanted;
    }

    /** The models in this folder and below, instead of those in the usual places; called again, those in another one too. */
    public Adoptable in(String folder) {
        ForeignStores chosen = (usual ? ForeignStores.none() : stores).in(Path.of(folder));
        return new Adoptable(registry, adopting, chosen, false, wanted);
    }

    /** Only those whose name, store or folder holds this text, in any case, for example {@code "ollama"}. */
    public Adoptable matching(String text) {
        return new Adoptable(registry, adopting, stores, usual, text.strip().toLowerCase(Locale.ROOT));
    }

    /** Every model that was found, adopted ones and those that cannot be adopted too. */
    public List<AdoptableModel> list() {
        return look().models();
    }

    /** How many models of {@link #list} can be adopted and are not yet. */
    public int count() {
        return (int) list().stream().filter(Adoptable::isOpen).count();
    }

    /**
     * As {@link #count}, but ends after so long; no file is read but for its first bytes. Empty where that was too short.
     */
    public OptionalInt countWithin(Duration time) {
        Cancellation cancellation = Cancellation.create();
        CompletableFuture<Long> look = CompletableFuture.supplyAsync(
                () -> look(cancellation).models().stream()
                        .filter(Adoptable::isOpen)
                        .count(),
                work -> {
                    Thread thread = new Thread(work, "bear-look");
                    thread.setDaemon(true);
                    thread.start();
                });
        try {
            return OptionalInt.of(Math.toIntExact(look.get(time.toNanos(), TimeUnit.NANOSECONDS)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        } catch (TimeoutException | ExecutionException e) {
            return OptionalInt.empty();
        } finally {
            cancellation.cancel();
        }
    }

    private static boolean isOpen(AdoptableModel model) {
        return !model.isAdopted() && model.problem().isEmpty();
    }

    /** Checks every file whose digest is not known yet in full, with progress, and remembers it; nothing is adopted. */
    public Adoptable identify() {
        for (AdoptableModel model : list()) {
            if (model.sha256().isEmpty() && model.found().problem().isEmpty()) {
                adopting.identify(model.found());
            }
        }
        return this;
    }

    /**
     * Adopts each model that can be and is not yet, without copying it: as a hard link on the same volume, else by its path. Each
     * is checked in full first, against the digest that its store claims where it claims one. What fails a check is refused and
     * stays where it is; the others are adopted all the same.
     */
    public Adopted confirm() {
        Cancellation cancellation = Cancellation.create();
        return Task.await("adoption", cancellation, () -> {
            List<AdoptableModel> open =
                    look().models().stream().filter(model -> !model.isAdopted()).toList();
            return adopting.adopt(registry, open, cancellation);
        });
    }

    private record Look(List<AdoptableModel> models, List<String> notes) {}

    private Look look() {
        Cancellation cancellation = Cancellation.create();
        return Task.await("adoptable", cancellation, () -> look(cancellation));
    }

    private Look look(Cancellation cancellation) {
        FoundFiles found = stores.find(cancellation);
        List<AdoptableModel> models = adopting.judge(registry, found.files()).stream()
                .filter(model -> isWanted(model, wanted))
                .toList();
        return new Look(models, found.notes());
    }

    private static boolean isWanted(AdoptableModel model, String wanted) {
        String text = model.found().name() + " " + model.found().store() + " "
                + model.found().file();
        return text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    @Override
    public Sheet sheet() {
        Look look = look();
        List<AdoptableModel> open =
                look.models().stream().filter(Adoptable::isOpen).toList();
        long bytes =
                open.stream().mapToLong(model -> model.found().size().bytes()).sum();
        Sheet.Builder sheet = Sheet.of(
                        open.size() == 1 ? "1 model can be adopted" : open.size() + " models can be adopted")
                .columns("name", "size", "kept by", "model", "state", "file");
        for (AdoptableModel model : look.models()) {
            sheet.row(
                    model.found().name(),
                    model.found().size(),
                    model.found().store(),
                    model.matched(),
                    model.state(),
                    model.found().file());
        }
        look.notes().forEach(sheet::note);
        if (!open.isEmpty()) {
            sheet.note("Nothing is adopted yet: .confirm() checks them and uses them where they lie, which saves "
                    + new ByteSize(bytes) + " of downloads.");
        } else if (look.models().isEmpty()) {
            sheet.note("No GGUF file was found in the usual places of Hugging Face, Ollama, LM Studio and llama.cpp;"
                    + " bear.adoptable().in(\"folder\") looks elsewhere.");
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        return Shown.line("models of other programs on this machine (.show() lists them, .confirm() adopts them)");
    }
}
