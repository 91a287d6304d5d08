/**
 * Signatures of models in the format of OpenSSF Model Signing: who signed which files, and whether they are still those.
 * {@code Verification} checks, {@code Signing} signs, {@code SignaturePolicy} says whom to trust.
 */
@NullMarked
package ai.bearllm.signature;

import org.jspecify.annotations.NullMarked;
