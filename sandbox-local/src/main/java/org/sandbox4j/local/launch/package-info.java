/**
 * Starts host processes with the descriptors that a sandbox needs, in two ways: {@link org.sandbox4j.local.launch.Launcher}
 * is the interface, {@link org.sandbox4j.local.launch.Launchers} chooses. The process ends up as the sandbox's
 * {@linkplain org.sandbox4j.local.launch.InitProgram init program}, which is spoken to with
 * {@link org.sandbox4j.local.launch.InitPayload} and answers with {@link org.sandbox4j.local.launch.InitMessage}.
 */
@NullMarked
package org.sandbox4j.local.launch;

import org.jspecify.annotations.NullMarked;
