package ai.bearllm.registry;

import ai.bearllm.model.BearException;
import ai.bearllm.model.FileStamp;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.Sha256;
import ai.bearllm.validation.Check;
import ai.bearllm.validation.Level;
import ai.bearllm.validation.Validation;
import ai.bearllm.validation.ValidationRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks installed models, remembers in their manifests what came of it, and lets none be used that is not what was installed. */
final class InstalledChecks {
    private static final Logger LOG = System.getLogger(InstalledChecks.class.getName());

    private final Library library;
    private final Installer installer;
    private final Settings settings;
    private final SignatureGate gate;
    private final Clock clock;

    InstalledChecks(Library library, Installer installer, Settings settings, SignatureGate gate, Clock clock) {
        this.library = library;
        this.installer = installer;
        this.settings = settings;
        this.gate = gate;
        this.clock = clock;
    }

    Validation validate(Model model, Level level) {
        Library.Standing standing = library.standing(model.card());
        Optional<Manifest> installed = standing.manifest();
        if (installed.isEmpty()) {
            throw new BearException(
                    "The model " + model.shortName() + " is not downloaded.",
                    "Download it: bear.model(\"" + model.shortName() + "\").download().");
        }
        Manifest manifest = installed.get();
        Path file = standing.file();
        List<Optional<FileStamp>> before = manifest.stampsNow(file);
        ValidationRequest request = installer.validation(file).level(level);
        Map<String, Sha256> parts = manifest.partDigests();
        Validation validation = (parts.isEmpty() ? request : request.expectingParts(parts))
                .expecting(Optional.of(manifest.sha256()))
                .expectingBytes(OptionalLong.of(manifest.first().sizeBytes()))
                .expectingTemplate(model.card().chat().templateSha256())
                .expectingParameters(OptionalLong.of(model.card().parameters()))
                .run();
        boolean unchanged = before.stream().allMatch(Optional::isPresent)
                && manifest.stampsNow(file).equals(before);
        if (level == Level.FULL && validation.ok() && unchanged) {
            remember(model.card(), manifest.passed(clock.instant(), before, validation));
        } else if (level == Level.FULL && !validation.ok()) {
            remember(model.card(), manifest.failed(clock.instant(), reason(validation)));
        }
        return validation;
    }

    private void remember(ModelCard card, Manifest manifest) {
        try {
            manifest.write(library.fileOf(card));
        } catch (IOException e) {
            // The check stands; it is only made again next time.
            LOG.log(Logger.Level.DEBUG, "a check could not be remembered", e);
        }
    }

    private static String reason(Validation validation) {
        Check.Failed failure = validation.failures().get(0);
        return failure.name() + ": found " + failure.found() + ", expected " + failure.expected();
    }

    /**
     * The installed file, made sure of: one that looks as it did at its last full check, not too long ago, is taken as it is;
     * any other is checked in full first, and goes to the quarantine where it is the library's own and fails.
     */
    Path verified(Model model) {
        Library.Standing standing = library.standing(model.card());
        if (standing.manifest().isEmpty()
                || FileStamp.ofContent(standing.file()).isEmpty()) {
            return model.file();
        }
        Manifest manifest = standing.manifest().get();
        List<Optional<FileStamp>> now = manifest.stampsNow(standing.file());
        Instant oldest = clock.instant().minus(settings.checkAfter());
        boolean trusted =
                manifest.stamps().equals(now) && manifest.checked().when().isAfter(oldest);
        if (hasSizes(manifest, now) && !trusted && manifest.problem().isEmpty()) {
            Validation validation = validate(model, Level.FULL);
            if (!validation.ok()) {
                throw unfit(model, standing, validation);
            }
        }
        Path file = model.file();
        List<Path> places = manifest.places(file);
        for (int i = 0; i < places.size(); i++) {
            InstalledFile part = manifest.files().get(i);
            String name = i == 0 ? SignatureGate.nameWhenSigned(model.card().file()) : part.name();
            gate.require(places.get(i), part.sha256(), name, Optional.empty());
        }
        return file;
    }

    /** Whether each file is there and as long as it was: any other is damaged, whatever is in it. */
    private static boolean hasSizes(Manifest manifest, List<Optional<FileStamp>> now) {
        for (int i = 0; i < now.size(); i++) {
            long size = now.get(i).map(FileStamp::sizeBytes).orElse(-1L);
            if (size != manifest.files().get(i).sizeBytes()) {
                return false;
            }
        }
        return true;
    }

    private BearException unfit(Model model, Library.Standing standing, Validation validation) {
        String why = reason(validation);
        boolean own = standing.manifest()
                .map(manifest -> manifest.storage() == Manifest.Storage.OWN)
                .orElse(false);
        if (own && model.isMendable()) {
            return new BearException(
                    "The file of " + model.id() + " is not what was installed: " + why
                            + ". It stays where it is, and is not used.",
                    "Fetch the damaged pieces alone: bear.model(\"" + model.shortName()
                            + "\").repair(); what was damaged is kept in the quarantine.");
        }
        String where = own
                ? "It lies in " + library.quarantine().take(standing.file(), why) + " now."
                : "It was adopted, so it stays where it is: " + standing.file() + ".";
        return new BearException(
                "The file of " + model.id() + " is not what was installed: " + why + ". " + where,
                "Download it again: bear.model(\"" + model.shortName() + "\").download().");
    }
}
