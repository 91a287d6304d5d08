package ai.bearllm.bench;

import java.util.Optional;

/**
 * A metric of one configuration.
 *
 * @param median the median of the samples
 * @param interval 95 % bootstrap interval of the median; empty for fewer than 5 samples, where no interval holds what it says
 * @param samples how many samples stand behind it
 */
public record Estimate(double median, Optional<Interval> interval, int samples) {}
