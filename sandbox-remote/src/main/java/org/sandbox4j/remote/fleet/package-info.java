/**
 * What a fleet of sandbox servers knows, and where it is kept.
 *
 * <p>Start with {@link org.sandbox4j.remote.fleet.SandboxFleet}. Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j.remote.fleet;

import org.jspecify.annotations.NullMarked;
