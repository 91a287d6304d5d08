package ai.bearllm.engine;

/**
 * When an engine gave tokens out.
 *
 * @param nanos since the request reached the engine, in the engine's own process
 * @param tokens how many came together: more than 1 where a character took several tokens
 */
public record Arrival(long nanos, int tokens) {}
