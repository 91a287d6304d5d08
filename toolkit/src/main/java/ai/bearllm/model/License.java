package ai.bearllm.model;

/**
 * The terms a model comes under.
 *
 * @param id its SPDX identifier, or {@code LicenseRef-<name>} where SPDX lists none
 * @param url where its text stands
 */
public record License(String id, String url) {}
