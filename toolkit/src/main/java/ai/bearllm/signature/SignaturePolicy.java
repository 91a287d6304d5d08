package ai.bearllm.signature;

import ai.bearllm.model.BearException;
import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose signatures count, and what happens to models that have none. Immutable: each step returns a new policy.
 *
 * <pre>{@code
 * SignaturePolicy.trustingNobody()
 *         .trustKey("team", "team.pub.pem")
 *         .trustRoot("NVIDIA", "nvidia-root.pem")
 *         .unsigned(Reaction.REFUSE)
 * }</pre>
 */
public final class SignaturePolicy implements Shown {
    private final Reaction unsigned;
    private final List<TrustedKey> keys;
    private final List<TrustedRoot> roots;

    /** What happens to a model. */
    public enum Reaction {
        /** It may be used. */
        FINE,
        /** It may be used, and the user is told. */
        WARN,
        /** It may not be used. */
        REFUSE
    }

    /**
     * One key or root certificate that is trusted.
     *
     * @param name the user's name for it
     * @param method what kind it is
     * @param fingerprint as in {@link Signer#fingerprint()}
     * @param pem its PEM text
     */
    public record Trusted(String name, Signer.Method method, String fingerprint, String pem) {}

    private SignaturePolicy(Reaction unsigned, List<TrustedKey> keys, List<TrustedRoot> roots) {
        this.unsigned = unsigned;
        this.keys = List.copyOf(keys);
        this.roots = List.copyOf(roots);
    }

    /** The policy to begin with: nobody is trusted, and models without a signature are fine. */
    public static SignaturePolicy trustingNobody() {
        return new SignaturePolicy(Reaction.FINE, List.of(), List.of());
    }

    /**
     * Reads what {@link #json()} wrote.
     *
     * @throws BearException if it is something else
     */
    public static SignaturePolicy parse(String json) {
        return PolicyJson.read(json);
    }

    /** As one JSON object, with keys and certificates in it, so that it can be kept in settings. */
    public String json() {
        return PolicyJson.write(this);
    }

    /** What happens to models without a signature. */
    public SignaturePolicy unsigned(Reaction reaction) {
        return new SignaturePolicy(Objects.requireNonNull(reaction), keys, roots);
    }

    /**
     * Trusts what this key signs.
     *
     * @param name a name for it, which no other key or root of this policy has
     * @param pathOrPem the path of a PEM file with one public key of P-256, P-384 or P-521, or its text
     * @throws BearException if there is no such key in it
     */
    public SignaturePolicy trustKey(String name, String pathOrPem) {
        return plus(TrustedKey.of(named(name), Pem.text(pathOrPem)));
    }

    /** As {@link #trustKey(String, String)}. */
    public SignaturePolicy trustKey(String name, Path pem) {
        return plus(TrustedKey.of(named(name), Pem.text(pem)));
    }

    /**
     * Trusts what certificates below these roots sign.
     *
     * @param name a name for them, which no other key or root of this policy has
     * @param pathOrPem the path of a PEM file, or its text. Self-signed certificates in it are trusted; others only help to
     *     complete chains
     * @throws BearException if there is no self-signed certificate in it
     */
    public SignaturePolicy trustRoot(String name, String pathOrPem) {
        return plus(TrustedRoot.of(named(name), Pem.text(pathOrPem)));
    }

    /** As {@link #trustRoot(String, String)}. */
    public SignaturePolicy trustRoot(String name, Path pem) {
        return plus(TrustedRoot.of(named(name), Pem.text(pem)));
    }

    /** Without the key or root of this name; the same policy where there is none. */
    public SignaturePolicy distrust(String name) {
        return new SignaturePolicy(
                unsigned,
                keys.stream().filter(key -> !key.name().equals(name)).toList(),
                roots.stream().filter(root -> !root.name().equals(name)).toList());
    }

    private SignaturePolicy plus(TrustedKey key) {
        return new SignaturePolicy(
                unsigned, Stream.concat(keys.stream(), Stream.of(key)).toList(), roots);
    }

    private SignaturePolicy plus(TrustedRoot root) {
        return new SignaturePolicy(
                unsigned, keys, Stream.concat(roots.stream(), Stream.of(root)).toList());
    }

    private String named(String name) {
        if (name.isBlank() || name.equals(Signer.UNKNOWN)) {
            throw new IllegalArgumentException("a key needs a name, other than \"" + Signer.UNKNOWN + "\"");
        }
        if (trusted().stream().anyMatch(one -> one.name().equals(name))) {
            throw new IllegalArgumentException("\"" + name + "\" is already trusted; distrust it first");
        }
        return name;
    }

    /** What happens to models without a signature. */
    public Reaction unsigned() {
        return unsigned;
    }

    /** Everything that is trusted, keys first. */
    public List<Trusted> trusted() {
        List<Trusted> all = new ArrayList<>();
        keys.forEach(key ->
                all.add(new Trusted(key.name(), Signer.Method.KEY, key.fingerprint(), PublicKeys.pem(key.key()))));
        roots.forEach(
                root -> all.add(new Trusted(root.name(), Signer.Method.CERTIFICATE, root.fingerprint(), root.pem())));
        return List.copyOf(all);
    }

    List<TrustedKey> keys() {
        return keys;
    }

    List<TrustedRoot> roots() {
        return roots;
    }

    /**
     * What happens to a model after its check. A signature that does not hold is always refused. One that nobody trusted made,
     * or that cannot be checked, is worth no more than none, since whoever wants to can take it off: the model is refused where
     * unsigned ones are, else there is a warning.
     */
    public Reaction reaction(SignatureCheck check) {
        if (check instanceof SignatureCheck.Signed) {
            return Reaction.FINE;
        }
        if (check instanceof SignatureCheck.Invalid) {
            return Reaction.REFUSE;
        }
        if (check instanceof SignatureCheck.Unsigned) {
            return unsigned;
        }
        return unsigned == Reaction.REFUSE ? Reaction.REFUSE : Reaction.WARN;
    }

    /** What to tell the user about a model that may be used all the same; empty where there is nothing to tell. */
    public Optional<String> warning(SignatureCheck check) {
        return reaction(check) == Reaction.WARN ? Optional.of(check.sentence() + " " + check.fix()) : Optional.empty();
    }

    /**
     * Lets pass only what may be used.
     *
     * @throws BearException if the policy refuses the model
     */
    public void require(SignatureCheck check) {
        if (reaction(check) == Reaction.REFUSE) {
            throw new BearException(check.sentence() + " The signature policy refuses it.", check.fix());
        }
    }

    @Override
    public Sheet sheet() {
        Sheet.Builder sheet = Sheet.of(toString()).columns("trusted", "kind", "fingerprint");
        trusted()
                .forEach(one -> sheet.row(
                        one.name(),
                        one.method() == Signer.Method.KEY ? "public key" : "root certificate",
                        one.fingerprint()));
        return sheet.build();
    }

    /** One line: how many are trusted and what happens to unsigned models. */
    @Override
    public String toString() {
        return "signature policy: " + keys.size() + " keys and " + roots.size() + " roots trusted, unsigned models: "
                + unsigned.name().toLowerCase(Locale.ROOT);
    }
}
