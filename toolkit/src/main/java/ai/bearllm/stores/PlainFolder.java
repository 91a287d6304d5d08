package ai.bearllm.stores;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Folders of GGUF files without anything that describes them: LM Studio's, the desktop application's, the user's own. */
final class PlainFolder {
    private static final int DEPTH = 12;

    private PlainFolder() {}

    static void look(Path folder, Store store, Finds finds) {
        Folder.at(folder, finds).ifPresent(found -> look(found, store, finds));
    }

    private static void look(Folder root, Store store, Finds finds) {
        for (List<Path> files : root.files(DEPTH)) {
            List<Path> ggufs = files.stream().filter(Folder::isGgufName).toList();
            for (Splits model : Splits.of(ggufs)) {
                Path first = model.parts().get(0);
                Path inside = root.path().relativize(first);
                Finds.Claim claim = new Finds.Claim(
                        store,
                        inside.toString().replace('\\', '/'),
                        provider(store, inside),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
                if (model.isOne()) {
                    finds.add(first, root.path(), claim);
                } else {
                    finds.addSplit(model.parts(), root.path(), claim, model.problem());
                }
            }
        }
    }

    /** LM Studio's folders are {@code PUBLISHER/MODEL/FILE}. */
    private static Optional<String> provider(Store store, Path inside) {
        return store == Store.LM_STUDIO && inside.getNameCount() == 3
                ? Optional.of(inside.getName(0).toString())
                : Optional.empty();
    }
}
