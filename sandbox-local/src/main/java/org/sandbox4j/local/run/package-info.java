/**
 * One run from its start to its result: {@link org.sandbox4j.local.run.SandboxRun} supervises the process,
 * {@link org.sandbox4j.local.run.RunStreams} carries the bytes. See {@code docs/processes.md} for the threads.
 */
@NullMarked
package org.sandbox4j.local.run;

import org.jspecify.annotations.NullMarked;
