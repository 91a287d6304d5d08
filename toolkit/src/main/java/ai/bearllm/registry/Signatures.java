package ai.bearllm.registry;

import ai.bearllm.model.Sheet;
import ai.bearllm.model.Shown;
import ai.bearllm.progress.Cancellation;
import ai.bearllm.progress.Task;
import ai.bearllm.signature.SignatureCheck;
import ai.bearllm.signature.SignaturePolicy;
import ai.bearllm.signature.Verification;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Whose signatures count in this home, and what happens to models without one. What is said here is kept, and applies whenever
 * a model is downloaded, added, activated or loaded.
 */
public final class Signatures implements Shown {
    private final Settings settings;

    Signatures(Settings settings) {
        this.settings = settings;
    }

    /** The policy as it is at this moment. */
    public SignaturePolicy policy() {
        return settings.signaturePolicy();
    }

    /**
     * Trusts what this key signs.
     *
     * @param name your name for it
     * @param pathOrPem the path of a PEM file with one public key of P-256, P-384 or P-521, or its text
     * @throws ai.bearllm.model.BearException where there is no such key in it
     */
    public Signatures trustKey(String name, String pathOrPem) {
        return change(policy -> policy.trustKey(name, pathOrPem));
    }

    /**
     * Trusts what certificates below this root sign.
     *
     * @param name your name for it
     * @param pathOrPem the path of a PEM file with the root certificate, or its text
     * @throws ai.bearllm.model.BearException where there is no self-signed certificate in it
     */
    public Signatures trustRoot(String name, String pathOrPem) {
        return change(policy -> policy.trustRoot(name, pathOrPem));
    }

    /** Trusts the key or root of this name no longer. */
    public Signatures distrust(String name) {
        return change(policy -> policy.distrust(name));
    }

    /**
     * Says what happens to models without a signature that counts.
     *
     * @param reaction {@code "fine"}, as it is in the beginning, {@code "warn"} or {@code "refuse"}
     * @throws IllegalArgumentException for any other word
     */
    public Signatures unsigned(String reaction) {
        SignaturePolicy.Reaction wanted = Arrays.stream(SignaturePolicy.Reaction.values())
                .filter(value -> value.name().equalsIgnoreCase(reaction.strip()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "unsigned models are \"fine\", or one says \"warn\" or \"refuse\", but this was \""
                                + Shown.line(reaction) + "\""));
        return change(policy -> policy.unsigned(wanted));
    }

    /**
     * Checks the signature of a file or folder against this policy. Whatever is wrong with it is an outcome, never an exception.
     *
     * @throws ai.bearllm.model.BearException where it cannot be read
     */
    public SignatureCheck verify(String path) {
        Cancellation cancellation = Cancellation.create();
        return Task.await(
                "signature",
                cancellation,
                () -> Verification.of(Path.of(path))
                        .policy(policy())
                        .listener((hashed, total) -> cancellation.check())
                        .check());
    }

    private Signatures change(UnaryOperator<SignaturePolicy> change) {
        settings.signaturePolicy(change);
        return this;
    }

    @Override
    public Sheet sheet() {
        SignaturePolicy policy = policy();
        Sheet sheet = policy.sheet();
        Sheet.Builder shown = Sheet.of(sheet.caption());
        sheet.columns().forEach(column -> shown.columns(column.name()));
        sheet.rows().forEach(row -> shown.row(row.cells().toArray()));
        return shown.note("Models without a signature that counts: "
                        + policy.unsigned().name().toLowerCase(Locale.ROOT) + ".")
                .note("trustKey(\"team\", \"team.pub\") trusts a key; unsigned(\"refuse\") lets only signed models in.")
                .build();
    }

    @Override
    public String toString() {
        return "signatures (.show() says who is trusted, .trustKey, .trustRoot, .unsigned)";
    }
}
