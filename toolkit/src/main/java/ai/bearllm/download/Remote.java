package ai.bearllm.download;

import ai.bearllm.hub.FileInfo;
import ai.bearllm.hub.HttpAnswer;
import ai.bearllm.hub.HttpCall;
import ai.bearllm.hub.NetworkException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The file on its server, as the connections of one download know it: how long it is, what its bytes are called there, and the
 * address that served them last, so that a stretch does not cost another question to the hub.
 */
final class Remote {
    private final Source.OnHub source;
    private final FileInfo info;
    private final AtomicInteger requests = new AtomicInteger();
    private OptionalLong size;
    private Optional<String> etag;
    private boolean anyEtag;
    private Optional<URI> served = Optional.empty();

    Remote(Source.OnHub source, FileInfo info, OptionalLong size) {
        this.source = source;
        this.info = info;
        this.size = size;
        this.etag = Optional.empty();
    }

    FileInfo info() {
        return info;
    }

    /** How often bytes were asked for. */
    int requests() {
        return requests.get();
    }

    /** The whole file's length, as soon as anybody declared it. */
    synchronized OptionalLong size() {
        return size;
    }

    synchronized void size(long bytes) {
        size = OptionalLong.of(bytes);
    }

    /** The strong ETag of the bytes that are here: without one, nothing is continued. */
    synchronized Optional<String> etag() {
        return etag;
    }

    synchronized void etag(Optional<String> name) {
        etag = name;
        anyEtag = false;
    }

    /** What is here is the declared content whatever this server calls it: the next answer's ETag is the one. */
    synchronized void acceptAnyEtag() {
        anyEtag = true;
    }

    /** Forgets what the server said about the bytes. */
    synchronized void startOver(OptionalLong declared) {
        etag(Optional.empty());
        size = declared;
    }

    /** Whether an answer may continue what is here. */
    synchronized boolean continues(Optional<String> name) {
        if (anyEtag && name.isPresent()) {
            etag = name;
            anyEtag = false;
        }
        return name.isPresent() && name.equals(etag);
    }

    /** Whether a range can be asked for at all. */
    synchronized boolean canContinue() {
        return size.isPresent() && (anyEtag || etag.isPresent());
    }

    synchronized void servedBy(URI uri) {
        served = Optional.of(uri);
    }

    /** The request for the bytes from here to there. */
    HttpCall call(long from, OptionalLong limit) {
        requests.incrementAndGet();
        HttpCall call = plain();
        boolean whole = from == 0 && (limit.isEmpty() || limit.equals(size()));
        if (whole) {
            return call;
        }
        boolean toTheEnd = limit.isEmpty() || limit.equals(size());
        String last = toTheEnd ? "" : Long.toString(limit.getAsLong() - 1);
        HttpCall ranged = call.header("Range", "bytes=" + from + "-" + last);
        return anyEtagWanted()
                ? ranged
                : etag().map(name -> ranged.header("If-Range", name)).orElse(ranged);
    }

    private synchronized boolean anyEtagWanted() {
        return anyEtag;
    }

    private synchronized HttpCall plain() {
        return served.map(uri -> source.hub().download(info.file(), uri))
                .orElseGet(() -> source.hub().download(info.file()));
    }

    /**
     * What a refusal means. An address that served a moment ago may have run out: the hub is asked for a new one, once.
     *
     * @return empty where the same stretch is to be asked for again
     */
    Optional<NetworkException> refusal(HttpAnswer answer) {
        synchronized (this) {
            boolean mayHaveRunOut = answer.status() >= 400 && answer.status() < 500 && answer.status() != 429;
            if (served.isPresent() && mayHaveRunOut && answer.status() != 416) {
                served = Optional.empty();
                return Optional.empty();
            }
        }
        return Optional.of(source.hub().refusal(answer, info.file()));
    }
}
