package ai.bearllm.estimate;

/**
 * Room for intermediate results of one step. Memory is used again from operation to operation, so that the largest moment
 * counts: the logits, the table of all pairs of attention, or the feed-forward network.
 *
 * <p>What the engine reserves and what it then touches differ: it reserves room for the logits of every token of a step and
 * computes those of the last one; and beside what it reserved it takes room for one operand in another type.
 *
 * <p>Source: measured. What is reserved: java-llama.cpp 4.2.0 (llama.cpp b4916), 42 settings of bear-tiny, SmolLM2 135M and Gemma 3
 * 270M, contexts of 512 to 16384, steps of 32 to 2048 tokens, with and without flash attention: its log's "compute buffer size"
 * was met to within 1.1 % in each, and to 0.02 MiB where attention decides. What is touched: resident memory of workers, see
 * {@code data/memory-forecast.md}. With flash attention and other architectures that was not measured.
 */
final class Compute {
    private static final long NUMBER = 4;
    private static final long ROWS = 64;
    private static final long CELLS = 32;
    /** Of the attention's table, beside itself, half in the type of the values: F16. */
    private static final long CONVERTED = 2;

    private final Network network;
    private final MemoryOptions options;
    private final long cells;
    private final long step;

    Compute(Network network, long contextTokens, long cells, MemoryOptions options) {
        this.network = network;
        this.options = options;
        this.cells = cells;
        this.step = Math.min(options.stepTokens(), contextTokens);
    }

    /**
     * What the engine asks the system for.
     *
     * @throws ArithmeticException where the file's numbers are nonsense
     */
    long reserved() {
        long largest = Math.max(output(), Math.max(attention(), feedForward()));
        return Math.addExact(largest, 3 * NUMBER * step);
    }

    /**
     * What it touches until a conversation has so many tokens, its prompts computed in whole steps.
     *
     * @throws ArithmeticException where the file's numbers are nonsense
     */
    long touched(long usedTokens) {
        long filled = Math.min(cells, (usedTokens + CELLS - 1) / CELLS * CELLS);
        Compute then = new Compute(network, Math.min(step, usedTokens), filled, options);
        long tables = options.flashAttention()
                ? then.attention()
                : Math.addExact(then.pairs() + then.pairs() / CONVERTED, then.mask() + then.rows(4 * vectors()));
        return Math.max(tables, Math.addExact(then.feedForward(), then.step * (network.inner() + network.inner() / 8)));
    }

    /** Queries, and what comes out, can be wider than the network. */
    private long vectors() {
        return Math.max(network.width(), Math.multiplyExact(network.heads(), network.headLength()));
    }

    /** Of a processor that has no layers: what goes into the network. */
    long inputs() {
        return Math.addExact(maskOnce(), rows(network.width()));
    }

    /** Logits of each token, beside the last layer's result twice. */
    private long output() {
        return rows(Math.addExact(network.vocabulary(), Math.multiplyExact(2, network.width())));
    }

    private long attention() {
        long masked = mask();
        // With flash attention the mask is kept once more in half the width.
        long pairs = options.flashAttention() ? masked / 2 : pairs();
        return Math.addExact(Math.addExact(pairs, masked), rows(Math.multiplyExact(4, network.width())));
    }

    private long pairs() {
        return rows(Math.multiplyExact(network.heads(), cells));
    }

    private long mask() {
        return Math.multiplyExact(network.masks(), maskOnce());
    }

    private long maskOnce() {
        long padded = (step + ROWS - 1) / ROWS * ROWS;
        return Math.multiplyExact(NUMBER, Math.multiplyExact(cells, padded));
    }

    private long feedForward() {
        return rows(Math.addExact(Math.multiplyExact(2, network.inner()), Math.multiplyExact(2, network.width())));
    }

    private long rows(long numbers) {
        return Math.multiplyExact(NUMBER, Math.multiplyExact(step, numbers));
    }
}
