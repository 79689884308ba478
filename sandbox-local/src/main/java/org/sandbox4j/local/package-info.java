/**
 * A sandbox on this host: {@link org.sandbox4j.local.LocalSandbox} keeps the contract for every backend, which only adds an
 * {@link org.sandbox4j.local.plan.Isolator}. A run goes one way: request, plan, launch, result.
 */
@NullMarked
package org.sandbox4j.local;

import org.jspecify.annotations.NullMarked;
