package ai.bearllm.notebook;

/**
 * The same content for a page and for everything that shows text only.
 *
 * @param html escaped already, without script
 * @param text for terminals, exports and front ends without HTML
 */
public record Rendering(String html, String text) {}
