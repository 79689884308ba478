/**
 * What a run's sandbox is to look like, as values: {@link org.sandbox4j.local.plan.SandboxPlan} says what, and a backend's
 * {@link org.sandbox4j.local.plan.Isolator} turns it into a command of the host. Nothing here touches the host.
 */
@NullMarked
package org.sandbox4j.local.plan;

import org.jspecify.annotations.NullMarked;
