/** {@code Bear} is the only class a user must import. It hands out the collaborators and injects what crosses packages. */
@NullMarked
package ai.bearllm;

import org.jspecify.annotations.NullMarked;
