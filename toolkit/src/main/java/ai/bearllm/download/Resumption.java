package ai.bearllm.download;

import ai.bearllm.download.DownloadProgress.Phase;
import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out what of an earlier run's part is good: only what the journal says and the bytes prove. A damaged piece is fetched
 * again, and the pieces behind it are kept.
 */
final class Resumption {
    private final Names names;
    private final Remote remote;
    private final PartFile part;
    private final Chain chain;
    private final Ledger ledger;
    private final Tools tools;
    private final Job job;
    private final Fetch.Watcher watcher;

    Resumption(
            Names names,
            Remote remote,
            PartFile part,
            Chain chain,
            Ledger ledger,
            Tools tools,
            Job job,
            Fetch.Watcher watcher) {
        this.names = names;
        this.remote = remote;
        this.part = part;
        this.chain = chain;
        this.ledger = ledger;
        this.tools = tools;
        this.job = job;
        this.watcher = watcher;
    }

    /** After this the part is as long as what is proven of it, and the chain covers just that. */
    void go(Optional<Sha256> expected) throws IOException {
        Optional<Journal.Kept> kept = Journal.read(names.journal());
        if (kept.isPresent() && part.length() > 0 && isSameFile(kept.get().head(), expected)) {
            job.standing().enter(Phase.CHECKING);
            for (Journal.Proof proof : kept.get().proofs()) {
                if (!isProven(proof)) {
                    break;
                }
                ledger.confirmed(proof);
                job.meter().found(chain.hashed());
            }
        }
        part.truncate(chain.hashed());
    }

    /** Whether the server has the bytes that the journal speaks of; the answers to come are held to it. */
    private boolean isSameFile(Journal.Head head, Optional<Sha256> expected) {
        OptionalLong size = remote.size();
        if (size.isPresent() && size.getAsLong() != head.length()) {
            return false;
        }
        if (expected.isPresent() && head.sha256().isPresent()) {
            if (!expected.equals(head.sha256())) {
                return false;
            }
            remote.etag(Optional.of(head.etag()));
            remote.acceptAnyEtag();
        } else {
            remote.etag(Optional.of(head.etag()));
        }
        remote.size(head.length());
        return true;
    }

    private boolean isProven(Journal.Proof proof) throws IOException {
        if (part.length() < proof.length()) {
            return false;
        }
        Chain.Mark mark = chain.mark();
        cover(proof.length());
        if (chain.soFar().equals(proof.digest())) {
            return true;
        }
        chain.back(mark);
        new Fetch(remote, part, chain, chain.hashed(), OptionalLong.of(proof.length()), tools, job, watcher).run();
        cover(proof.length());
        if (chain.soFar().equals(proof.digest())) {
            return true;
        }
        // It was the journal that was wrong.
        chain.back(mark);
        return false;
    }

    private void cover(long length) throws IOException {
        while (chain.follow(length)) {
            job.stop().check();
        }
    }
}
