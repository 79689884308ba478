/**
 * Sandboxes made without bubblewrap: unshare(1) of util-linux makes the namespaces, and the library's own static program makes
 * the mounts, changes the root and drops all privileges. The backend is found as {@code "chroot"}.
 *
 * <p>{@code EnterInstructions}, which says what that program is to do, is where the security of this backend is.
 */
@NullMarked
package org.sandbox4j.chroot;

import org.jspecify.annotations.NullMarked;
