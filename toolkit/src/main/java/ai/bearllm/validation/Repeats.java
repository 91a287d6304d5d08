package ai.bearllm.validation;

import ai.bearllm.gguf.GgufArray;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a text that an array holds twice, in a few bytes for each: vocabularies have hundreds of thousands. Only texts whose
 * hashes meet are kept and compared, in a second reading.
 */
final class Repeats {
    private final GgufArray texts;
    /** Nobody can choose texts that meet. */
    private final long seed = ThreadLocalRandom.current().nextLong();

    private final long[] slots;
    private final Set<Long> met = new HashSet<>();

    Repeats(GgufArray texts) {
        this.texts = texts;
        long wanted = Math.min(Math.max(16, 2 * texts.size()), 1 << 28);
        this.slots = new long[Integer.highestOneBit((int) wanted - 1) << 1];
    }

    /** The place of the first text that stood before; empty ones do not count, llama.cpp gives each a name of its own. */
    OptionalInt first() {
        texts.eachText(text -> {
            if (!text.isEmpty() && !add(hash(text))) {
                met.add(hash(text));
            }
        });
        if (met.isEmpty()) {
            return OptionalInt.empty();
        }
        Set<String> seen = new HashSet<>();
        int[] place = {0, -1};
        texts.eachText(text -> {
            if (place[1] < 0 && met.contains(hash(text)) && !seen.add(text)) {
                place[1] = place[0];
            }
            place[0]++;
        });
        return place[1] < 0 ? OptionalInt.empty() : OptionalInt.of(place[1]);
    }

    private boolean add(long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        for (int probes = 0; slots[slot] != 0 && probes <= mask; probes++) {
            if (slots[slot] == hash) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = hash;
        return true;
    }

    /** Never 0, which stands for an empty slot. */
    private long hash(String text) {
        long hash = seed;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash == 0 ? 1 : hash;
    }
}
