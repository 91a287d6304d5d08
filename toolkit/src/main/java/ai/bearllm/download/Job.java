package ai.bearllm.download;

import ai.bearllm.progress.Cancellation;

/**
 * One run of a download, as all its parts see it.
 *
 * @param stop asked for when the run is to end, whether for a pause or for good
 */
record Job(Voice voice, Meter meter, Standing standing, Patience patience, Cancellation stop) {}
