/**
 * Sandboxes made with <a href="https://github.com/containers/bubblewrap">bubblewrap</a>, bwrap(1). The backend is found as
 * {@code "bwrap"}; {@link org.sandbox4j.bwrap.BwrapOptions} says which program it uses.
 *
 * <p>bubblewrap is a toolkit: what its sandboxes keep out is decided by the arguments, so {@code BwrapCommandLine}, which
 * makes them, is where the security of this backend is.
 */
@NullMarked
package org.sandbox4j.bwrap;

import org.jspecify.annotations.NullMarked;
