/**
 * Opens sessions on models and records what each run did: the one place where a {@code RunRecord} is made. Chat, benchmarks
 * and the user's own sessions all run through {@code ModelSession}.
 */
@NullMarked
package ai.bearllm.run;

import org.jspecify.annotations.NullMarked;
