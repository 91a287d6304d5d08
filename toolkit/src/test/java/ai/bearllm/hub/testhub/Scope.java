package ai.bearllm.hub.testhub;

/** The parts of the {@link TestHub} that can be made to fail. */
public enum Scope {
    /** Questions about repositories. */
    API,
    /** The hub's answers for {@code /resolve/}: a redirect for large files, the bytes of small ones. */
    RESOLVE,
    /** The other host, which has the bytes of large files. */
    STORAGE
}
