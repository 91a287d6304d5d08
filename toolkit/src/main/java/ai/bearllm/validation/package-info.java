/** Checks a model file by digest and structure; each check passed, was skipped with a reason, or failed with a remedy. */
@NullMarked
package ai.bearllm.validation;

import org.jspecify.annotations.NullMarked;
