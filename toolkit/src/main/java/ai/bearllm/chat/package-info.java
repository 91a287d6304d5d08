/** Conversations with a model: prompts from templates, streamed answers. */
@NullMarked
package ai.bearllm.chat;

import org.jspecify.annotations.NullMarked;
