package ai.bearllm.registry;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.model.Status;
import ai.bearllm.stores.ForeignFile;
import java.util.List;

/**
 * What an adoption came to.
 *
 * @param models those that are in the library now
 * @param refused files that were left as they are
 */
public record Adopted(List<Model> models, List<Refused> refused) implements Shown {
    public Adopted {
        models = List.copyOf(models);
        refused = List.copyOf(refused);
    }

    /**
     * A file that was not adopted.
     *
     * @param file where it lies
     * @param why in a sentence
     * @param fix what to do about it
     */
    public record Refused(ForeignFile file, String why, String fix) {}

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("file", "state", "detail");
        for (Model model : models) {
            sheet.row(model.file(), Status.good("adopted"), "bear.model(\"" + model.shortName() + "\")");
        }
        for (Refused one : refused) {
            sheet.row(one.file().file(), Status.bad("refused"), one.why() + " " + one.fix());
        }
        return sheet.build();
    }

    @Override
    public String toString() {
        return Shown.line((models.size() == 1 ? "1 model" : models.size() + " models") + " adopted"
                + (refused.isEmpty() ? "" : ", " + refused.size() + " refused (.show() says why)"));
    }
}
