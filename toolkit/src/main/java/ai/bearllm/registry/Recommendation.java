package ai.bearllm.registry;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;

/**
 * The model that suits this machine.
 *
 * @param model the model
 * @param why in one sentence
 * @param fit whether it fits, with the numbers
 */
public record Recommendation(Model model, String why, Fit fit) implements Shown {
    @Override
    public Sheet sheet() {
        return Sheet.of("For this machine: " + model.shortName())
                .columns("what", "value")
                .row("model", model.id())
                .row("why", why)
                .row("memory", fit)
                .row("here", model.isDownloaded() ? "yes" : "no: bear.model(\"" + model.shortName() + "\").download()")
                .note("bear.models().recommended() shows what the catalog recommends, whatever the machine.")
                .build();
    }

    @Override
    public String toString() {
        return Shown.line(model.shortName() + ": " + why);
    }
}
