/** Chat templates: a bounded interpreter of the Jinja subset that models use. {@code ChatTemplate} is the door; this package uses no other. */
@NullMarked
package ai.bearllm.template;

import org.jspecify.annotations.NullMarked;
