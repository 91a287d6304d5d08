/** What the toolkit talks about: identifiers, files, sizes, digests, a run's record, and the error that tells what to do. Plain values; this package uses no other. */
@NullMarked
package ai.bearllm.model;

import org.jspecify.annotations.NullMarked;
