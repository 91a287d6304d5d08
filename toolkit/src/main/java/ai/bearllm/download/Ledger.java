package ai.bearllm.download;

import ai.bearllm.model.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Keeps the journal of one transfer: what is proven of the part, under the ETag that the server gives these bytes now. */
final class Ledger implements Chain.Proofs, AutoCloseable {
    private final Names names;
    private final Remote remote;
    private final Optional<Sha256> expected;
    private final String source;
    private final List<Journal.Proof> proofs = new ArrayList<>();
    private Optional<Journal> journal = Optional.empty();
    private boolean quiet = true;

    Ledger(Names names, Remote remote, String source, Optional<Sha256> expected) {
        this.names = names;
        this.remote = remote;
        this.source = source;
        this.expected = expected;
    }

    /** Found in an old journal and true. */
    synchronized void confirmed(Journal.Proof proof) {
        proofs.add(proof);
    }

    /** From here on, what the chain proves is kept. */
    synchronized void listen() {
        quiet = false;
    }

    @Override
    public synchronized void proven(long length, Sha256 digest) throws IOException {
        if (quiet) {
            return;
        }
        Optional<String> etag = remote.etag();
        OptionalLong size = remote.size();
        // Without a name for the bytes nobody could tell later whether the server still has the same ones.
        if (etag.isEmpty() || size.isEmpty()) {
            return;
        }
        Journal.Proof proof = new Journal.Proof(length, digest);
        proofs.add(proof);
        if (journal.isPresent()) {
            journal.get().add(proof);
        } else {
            Journal.Head head = new Journal.Head(
                    source, Optional.of(remote.info().commit()), etag.get(), size.getAsLong(), expected);
            journal = Optional.of(Journal.begin(names.journal(), head, proofs));
        }
    }

    /** The end of what is there, also within a piece. */
    synchronized void tail(Chain chain) throws IOException {
        long before = proofs.isEmpty() ? 0 : proofs.get(proofs.size() - 1).length();
        if (chain.hashed() > before) {
            proven(chain.hashed(), chain.soFar());
        }
    }

    /** Whether a later run finds anything to continue. */
    synchronized boolean provesAnything() {
        return !proofs.isEmpty();
    }

    /** Nothing is proven any more. */
    synchronized void restart() throws IOException {
        close();
        proofs.clear();
        quiet = false;
        java.nio.file.Files.deleteIfExists(names.journal());
    }

    @Override
    public synchronized void close() throws IOException {
        if (journal.isPresent()) {
            journal.get().close();
            journal = Optional.empty();
        }
    }
}
