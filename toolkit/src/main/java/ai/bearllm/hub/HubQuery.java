package ai.bearllm.hub;

import ai.bearllm.model.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Which repositories are looked for. Immutable: each step returns a new one.
 *
 * <p>Source: {@code GET /api/models} of the hub, and {@code HfApi.list_models} of huggingface_hub for how it is asked.
 *
 * @param words that the repository's name has
 * @param author who owns it
 * @param tags all of which it has, for example {@code gguf}, {@code license:mit}, {@code en}
 * @param gated whether its owner asks for something first; empty for both kinds
 * @param order the first ones first
 */
public record HubQuery(String words, Optional<String> author, List<String> tags, Optional<Boolean> gated, Order order) {
    private static final int LONGEST = 200;

    /** What comes first. */
    public enum Order {
        /** What was downloaded most in the last 30 days. */
        DOWNLOADS("downloads", "most downloaded"),
        /** What most people like. */
        LIKES("likes", "most liked"),
        /** What was changed last. */
        UPDATED("lastModified", "last updated");

        private final String parameter;
        private final String words;

        Order(String parameter, String words) {
            this.parameter = parameter;
            this.words = words;
        }

        /** For people. */
        @Override
        public String toString() {
            return words;
        }
    }

    public HubQuery {
        words = plain("words", words);
        author = author.map(name -> plain("author", name)).filter(name -> !name.isEmpty());
        tags = tags.stream()
                .map(tag -> plain("tag", tag))
                .filter(tag -> !tag.isEmpty())
                .distinct()
                .toList();
        Objects.requireNonNull(order);
    }

    private static String plain(String what, String text) {
        String stripped = text.strip();
        if (stripped.length() > LONGEST || stripped.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a search's " + what + " has at most " + LONGEST
                    + " characters, none of them a control character, but was \"" + Shown.line(stripped) + "\"");
        }
        return stripped;
    }

    /** Repositories with GGUF files that have these words in their name, the most downloaded first. */
    public static HubQuery of(String words) {
        return new HubQuery(words, Optional.empty(), List.of("gguf"), Optional.empty(), Order.DOWNLOADS);
    }

    /** Those of this owner alone. */
    public HubQuery author(String name) {
        return new HubQuery(words, Optional.of(name), tags, gated, order);
    }

    /** Those with this tag too. */
    public HubQuery tag(String tag) {
        List<String> more = new ArrayList<>(tags);
        more.add(tag);
        return new HubQuery(words, author, more, gated, order);
    }

    /** Whether or not they have this tag. */
    public HubQuery withoutTag(String tag) {
        return new HubQuery(
                words, author, tags.stream().filter(other -> !other.equals(tag)).toList(), gated, order);
    }

    /** Those whose owner asks for something first, or those whose owner doesn't. */
    public HubQuery gated(boolean wanted) {
        return new HubQuery(words, author, tags, Optional.of(wanted), order);
    }

    /** In this order. */
    public HubQuery order(Order wanted) {
        return new HubQuery(words, author, tags, gated, wanted);
    }

    /** The path and query of the address that asks for so many at once. */
    String address(int count) {
        StringBuilder address = new StringBuilder("/api/models?search=").append(Addresses.encoded(words));
        author.ifPresent(name -> address.append("&author=").append(Addresses.encoded(name)));
        tags.forEach(tag -> address.append("&filter=").append(Addresses.encoded(tag)));
        gated.ifPresent(wanted -> address.append("&gated=").append(wanted));
        return address.append("&sort=")
                .append(order.parameter)
                .append("&direction=-1&limit=")
                .append(count)
                .append("&full=true")
                .toString();
    }

    /** Whether a repository is what was asked for: a mirror may not know every condition. */
    boolean accepts(RepoInfo info) {
        String owner = info.id().replaceFirst("/.*", "");
        return author.map(owner::equalsIgnoreCase).orElse(true)
                && gated.map(wanted -> wanted == (info.gated() != RepoInfo.Gated.NO))
                        .orElse(true)
                && tags.stream().allMatch(tag -> has(info, tag));
    }

    private static boolean has(RepoInfo info, String tag) {
        return info.tags().stream().anyMatch(tag::equalsIgnoreCase)
                || (tag.equals("gguf") && !info.ggufFiles().isEmpty());
    }

    /** In words, for example {@code "smollm2" with tag gguf, most downloaded first}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(words.isEmpty() ? "everything" : "\"" + words + "\"");
        author.ifPresent(name -> text.append(" by ").append(name));
        tags.forEach(
                tag -> text.append(text.indexOf(" with ") < 0 ? " with " : ", ").append(tag.toLowerCase(Locale.ROOT)));
        gated.ifPresent(wanted -> text.append(wanted ? ", gated" : ", not gated"));
        return Shown.line(text.append(", ").append(order).append(" first").toString());
    }
}
