/**
 * What sandboxes cost. {@link org.sandbox4j.benchmarks.Bench} compares whole runs with those of a C program, for
 * {@code docs/performance.md}; the classes named {@code *Benchmark} measure parts, with JMH.
 */
@NullMarked
package org.sandbox4j.benchmarks;

import org.jspecify.annotations.NullMarked;
