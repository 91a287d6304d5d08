/** The catalog of models and the library of installed ones: find, install, validate, activate, remove. */
@NullMarked
package ai.bearllm.registry;

import org.jspecify.annotations.NullMarked;
