package ai.bearllm.download;

import ai.bearllm.hub.Http;
import java.nio.file.Path;

/**
 * What all downloads of one {@link Downloader} work with.
 *
 * @param folder where parts, journals and the quarantine are
 */
record Tools(Http http, Path folder, DownloadSettings settings, DiskSpace disk, Limits limits) {}
