package ai.bearllm;

import ai.bearllm.model.BearException;
import ai.bearllm.model.ModelCard;
import ai.bearllm.model.ModelShape;
import ai.bearllm.registry.Model;
import ai.bearllm.registry.ModelState;
import ai.bearllm.registry.Registry;
import ai.bearllm.usage.LibraryModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Tells the statistics which models there are, so that SQL can join them. */
final class LibraryRows {
    private LibraryRows() {}

    static List<LibraryModel> of(Registry registry) {
        return registry.models().list().stream().map(LibraryRows::row).toList();
    }

    private static LibraryModel row(Model model) {
        ModelCard card = model.card();
        ModelState state = state(model);
        Optional<Path> file = state == ModelState.DOWNLOADED ? Optional.of(model.file()) : Optional.empty();
        return new LibraryModel(
                card.id(),
                model.shortName(),
                card.shape().map(ModelShape::architecture),
                OptionalLong.of(card.parameters()),
                Optional.of(card.quantization()),
                OptionalInt.of(card.contextTokens()),
                Optional.of(card.license().id()),
                card.tags(),
                LibraryModel.Status.valueOf(state.name()),
                file.map(Path::toString),
                card.file().totalBytes(),
                downloaded(model, file),
                state == ModelState.DOWNLOADED ? model.sha256() : card.file().sha256(),
                model.isActive(),
                Map.of(
                        "description",
                        card.description(),
                        "origin",
                        card.file().origin().toString(),
                        "file",
                        card.file().name(),
                        "chat",
                        card.chat().kind().name()));
    }

    /** How much of its file is here; unknown where its download does not run in this session. */
    private static OptionalLong downloaded(Model model, Optional<Path> file) {
        Optional<Path> whole = file.filter(Files::exists);
        if (whole.isPresent()) {
            return model.card().file().isSplit()
                    ? model.card().file().totalBytes()
                    : OptionalLong.of(whole.get().toFile().length());
        }
        return model.progress()
                .map(progress -> OptionalLong.of(progress.bytes()))
                .orElse(OptionalLong.empty());
    }

    /** A manifest that cannot be read must not keep anybody from the statistics. */
    private static ModelState state(Model model) {
        try {
            return model.state();
        } catch (BearException e) {
            return ModelState.FAILED;
        }
    }
}
