package ai.bearllm.model;

/**
 * The terms a model comes under.
 *
 * @param id its SPDX identifier, or {@code LicenseRef-<name>} where SPDX lists none
 * @param url where its text stands; blank where nobody has said
 */
public record License(String id, String url) {
    /** Nobody has said. */
    public static final License UNKNOWN = new License("LicenseRef-unknown", "");

    /** Identifier and place, as people read it. */
    @Override
    public String toString() {
        return equals(UNKNOWN) ? "unknown" : url.isBlank() ? id : id + " (" + url + ")";
    }
}
