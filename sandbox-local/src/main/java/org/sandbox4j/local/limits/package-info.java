/**
 * Limits of what commands use. {@link org.sandbox4j.local.limits.LimitPlan} decides how each limit is enforced, as a pure
 * function of the limits and of what {@link org.sandbox4j.local.limits.HostLimits} says of this host;
 * {@link org.sandbox4j.local.limits.RunLimits} carries a plan out for one run.
 */
@NullMarked
package org.sandbox4j.local.limits;

import org.jspecify.annotations.NullMarked;
