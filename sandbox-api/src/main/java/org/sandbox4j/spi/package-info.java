/**
 * What a backend implements: {@link org.sandbox4j.spi.SandboxProvider}, registered as a service, opens sandboxes from a
 * {@link org.sandbox4j.spi.SandboxConfig} and tells with an {@link org.sandbox4j.spi.Availability} whether it can.
 * {@link org.sandbox4j.spi.SandboxSettings} and {@link org.sandbox4j.spi.SandboxValues} are the parts that all backends
 * share, {@link org.sandbox4j.spi.ClosedAtShutdown} and {@link org.sandbox4j.spi.DetachedThread} are for what outlives a call. Users of sandboxes need nothing of this package, unless their commands are to finish when the JVM goes down: see
 * {@link org.sandbox4j.spi.ShutdownTasks}.
 */
@NullMarked
package org.sandbox4j.spi;

import org.jspecify.annotations.NullMarked;
