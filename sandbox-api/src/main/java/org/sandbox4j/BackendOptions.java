package org.sandbox4j;

/**
 * Settings that only one backend understands, for example where its program is. Backends offer implementations of their
 * own; pass them to {@link SandboxBuilder#with(BackendOptions)}. A sandbox of another backend ignores them.
 */
public interface BackendOptions {
    /**
     * Returns the backend that these options are for.
     *
     * @return the id of its provider, for example {@code "bwrap"}
     */
    String backend();
}
