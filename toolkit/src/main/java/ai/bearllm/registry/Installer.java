package ai.bearllm.registry;

import ai.bearllm.download.DownloadRequest;
import ai.bearllm.download.DownloadResult;
import ai.bearllm.download.Downloader;
import ai.bearllm.download.Source;
import ai.bearllm.hub.Hub;
import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.Origin;
import ai.bearllm.model.Sha256;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Progress;
import ai.bearllm.progress.ProgressListener;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Brings a model's file into the library: fetched beside it, digest and structure checked there, moved in whole, its manifest
 * written last. Whatever goes wrong, the library holds no half file and loses none that it had.
 */
final class Installer {
    private static final String DATA = "/ai/bearllm/data/";

    private final Library library;
    private final Supplier<Downloader> downloader;
    private final Supplier<Hub> hub;
    private final Supplier<ProgressListener> display;
    private final Clock clock;

    Installer(
            Library library,
            Supplier<Downloader> downloader,
            Supplier<Hub> hub,
            Supplier<ProgressListener> display,
            Clock clock) {
        this.library = library;
        this.downloader = downloader;
        this.hub = hub;
        this.display = display;
        this.clock = clock;
    }

    /** Fetches and installs; shows its progress. Runs on the calling thread. */
    void install(ModelCard card, Cancellation cancellation) {
        Path file = library.fileOf(card);
        if (recognized(card, file, cancellation)) {
            return;
        }
        // In the model's own folder, so that the last move is within one volume and atomic.
        Path incoming = file.resolveSibling(card.file().name() + ".incoming");
        Conclusion conclusion = new Conclusion(display.get().guarded());
        DownloadResult result = downloader
                .get()
                .fetch(
                        new DownloadRequest(
                                "download of " + card.id().name(),
                                source(card.file().origin()),
                                incoming,
                                card.file().sizeBytes(),
                                card.file().sha256()),
                        conclusion,
                        cancellation);
        Validation validation = Validator.quick(incoming);
        if (!validation.ok()) {
            BearException refusal = refused(card, incoming, validation);
            conclusion.refuse(refusal.problem());
            throw refusal;
        }
        place(card, incoming, file, result, validation);
        conclusion.confirm();
    }

    /**
     * A file that lies in the right place without a manifest, left by a crash between move and manifest, by an older program or
     * by hand: taken over if its digest is the declared one.
     */
    private boolean recognized(ModelCard card, Path file, Cancellation cancellation) {
        if (!Files.exists(file)) {
            return false;
        }
        if (Manifest.read(file).isEmpty() && card.file().sha256().isPresent()) {
            Validation validation = Validator.validate(
                    file, card.file().sha256(), card.file().sizeBytes(), display.get(), cancellation);
            if (validation.ok()) {
                write(card, file, new ByteCount(validation), "catalog", "found in place", validation);
                return true;
            }
        }
        return false;
    }

    private void place(ModelCard card, Path incoming, Path file, DownloadResult result, Validation validation) {
        try {
            library.prepare(card);
            if (Files.exists(file)) {
                // Damaged or foreign: its successor is here now, and it can still be brought back.
                library.trash().take(file, "replaced by a new download");
            }
            Files.move(incoming, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new BearException(
                    "The checked file could not be moved to " + file + ": " + e + ".",
                    "Check the free space and permissions there; the download is kept in " + incoming + ".",
                    e);
        }
        String source = switch (result.proof()) {
            case DECLARED -> "catalog";
            case HUB -> "hub";
            case PINNED -> "pinned";
        };
        write(card, file, new ByteCount(result.sizeBytes(), result.sha256()), source, origin(card, result), validation);
    }

    private static String origin(ModelCard card, DownloadResult result) {
        // The commit that really answered, where the catalog names a branch.
        if (card.file().origin() instanceof Origin.HubFile hubFile
                && result.commit().isPresent()) {
            return new Origin.HubFile(hubFile.repository(), result.commit().get(), hubFile.path()).toString();
        }
        return card.file().origin().toString();
    }

    private void write(
            ModelCard card, Path file, ByteCount bytes, String digestSource, String origin, Validation validation) {
        Manifest manifest = new Manifest(
                card.id(),
                card.file().name(),
                bytes.size,
                bytes.sha256,
                digestSource,
                origin,
                clock.instant(),
                Manifest.passed(validation),
                Manifest.Storage.OWN,
                Optional.empty(),
                stamp(file),
                clock.instant());
        try {
            manifest.write(file);
        } catch (IOException e) {
            throw new BearException(
                    "The manifest of " + file + " could not be written: " + e + ".",
                    "Free some space and download again: the file is recognized, not fetched twice.",
                    e);
        }
    }

    /** Empty where the file cannot be looked at: it is then read again before its first use. */
    static Optional<FileStamp> stamp(Path file) {
        try {
            return Optional.of(FileStamp.of(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private BearException refused(ModelCard card, Path incoming, Validation validation) {
        Check.Failed failure = validation.failures().get(0);
        Path kept = library.quarantine().take(incoming, failure.name() + ": found " + failure.found());
        return new BearException(
                "The file of " + card.id() + " is not usable: " + failure.name() + ": found " + failure.found()
                        + ", expected " + failure.expected() + ". It was not installed; it lies in " + kept + ".",
                failure.fix());
    }

    private Source source(Origin origin) {
        if (origin instanceof Origin.HubFile file) {
            return new Source.OnHub(hub.get(), file);
        }
        if (origin instanceof Origin.Builtin builtin) {
            return new Source.Local(builtin.toString(), () -> resource(builtin.name()));
        }
        Origin.LocalFile local = (Origin.LocalFile) origin;
        return new Source.Local(local.toString(), () -> Files.newInputStream(local.path()));
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = Installer.class.getResourceAsStream(DATA + name);
        if (in == null) {
            throw new NoSuchFileException("the toolkit's jar has no " + DATA + name);
        }
        return in;
    }

    /** Checks a file with live progress. */
    Validation validate(Path file, Optional<Sha256> expected, OptionalLong expectedSize) {
        return Validator.validate(file, expected, expectedSize, display.get(), Cancellation.create());
    }

    /** Size and digest of an installed file. */
    private record ByteCount(long size, Sha256 sha256) {
        ByteCount(Validation validation) {
            this(
                    validation.gguf().orElseThrow().size().bytes(),
                    validation.sha256().orElseThrow());
        }
    }

    /** Holds the download's last word back until the structure is checked too: only then is the file verified. */
    private static final class Conclusion implements ProgressListener {
        private final ProgressListener listener;
        private Optional<Progress.Verified> verified = Optional.empty();

        Conclusion(ProgressListener listener) {
            this.listener = listener;
        }

        @Override
        public void on(Progress event) {
            if (event instanceof Progress.Verified last) {
                verified = Optional.of(last);
            } else {
                listener.on(event);
            }
        }

        void confirm() {
            verified.ifPresent(last -> listener.on(
                    new Progress.Verified(last.job(), last.elapsed(), last.result() + ", structure checked")));
        }

        void refuse(String why) {
            verified.ifPresent(last -> listener.on(new Progress.Failed(last.job(), why)));
        }
    }
}
