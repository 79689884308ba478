/**
 * The conformance kit for backends. {@link org.sandbox4j.testkit.SandboxContract} holds the checks;
 * {@link org.sandbox4j.testkit.StagedRoot} and {@link org.sandbox4j.testkit.Programs} are what they work with, and serve
 * other tests of sandboxes as well.
 *
 * <pre>{@code
 * class LocalContractIT extends SandboxContract {
 *     @Override
 *     protected SandboxBuilder builder(Path directory) {
 *         return Sandbox.builder(directory).backend("bwrap");
 *     }
 * }
 * }</pre>
 *
 * <p>The commands that the checks run come from the busybox of this machine, which must be linked statically (Debian
 * package {@code busybox-static}). Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j.testkit;

import org.jspecify.annotations.NullMarked;
