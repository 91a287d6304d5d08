package ai.bearllm.bench;

import ai.bearllm.engine.LoadReport;
import ai.bearllm.model.ByteSize;
import ai.bearllm.model.RunRecord;
import ai.bearllm.model.Sha256;
import ai.bearllm.model.Sheet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes down what ran: model, digest, engine, effective parameters, sizes. */
final class ConfigurationSheet {
    private ConfigurationSheet() {}

    static Sheet of(Configuration one, List<RunRecord> runs) {
        LoadReport loaded = one.loaded();
        Sheet.Builder sheet = Sheet.of(one.label()).columns("what", "value");
        sheet.row("model", one.model().toString());
        sheet.row("SHA-256 of its file", one.sha256().map(Sha256::hex).orElse(null));
        sheet.row("engine", one.engine()).row("build", one.engineBuild());
        parameters(one, runs).forEach((name, value) -> sheet.row("parameter " + name, value));
        sheet.row("load time", loaded.time());
        sheet.row("weights", size(loaded.weightsBytes()));
        sheet.row("key-value cache", size(loaded.kvCacheBytes()));
        sheet.row("compute buffers", size(loaded.computeBytes()));
        sheet.row("anonymous memory, highest", highest(runs, RunRecord.Memory::anonymousBytes));
        sheet.row("file-mapped memory, highest", highest(runs, RunRecord.Memory::fileMappedBytes));
        sheet.row(
                "GPU layers",
                loaded.gpuLayers().isPresent() ? loaded.gpuLayers().getAsInt() : null);
        loaded.gpuFallback().ifPresent(why -> sheet.row("why not on the GPU", why));
        return sheet.build();
    }

    /** Those of the load, and those that a run added. */
    private static Map<String, String> parameters(Configuration one, List<RunRecord> runs) {
        Map<String, String> all = new LinkedHashMap<>(one.loaded().parameters());
        runs.stream().findFirst().ifPresent(run -> all.putAll(run.parameters()));
        return all;
    }

    private static @Nullable ByteSize highest(List<RunRecord> runs, Function<RunRecord.Memory, OptionalLong> which) {
        return size(runs.stream()
                .flatMapToLong(run -> which.apply(run.memory()).stream())
                .max());
    }

    private static @Nullable ByteSize size(OptionalLong bytes) {
        return bytes.isPresent() ? new ByteSize(bytes.getAsLong()) : null;
    }
}
