package ai.bearllm.engine;

import java.nio.file.Path;

/**
 * What an engine may use of the machine.
 *
 * @param privateDirectory exists, is empty, belongs to this engine alone, and vanishes with it: native libraries and logs go
 *     here, on a file system that can execute
 */
public record EngineEnvironment(Path privateDirectory) {}
