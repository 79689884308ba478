/**
 * Runs commands in a sandbox: {@link org.sandbox4j.Sandbox} is the interface, {@link org.sandbox4j.SandboxBuilder} opens one.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.builder(Files.createTempDirectory("build")).hostSystem().open()) {
 *     Files.writeString(sandbox.getDirectory().resolve("hello.c"), source);
 *     sandbox.markDirectory("/build");
 *     sandbox.setWorkDirectory("/build");
 *     sandbox.setEnvironment(Map.of("PATH", "/usr/bin:/bin"));
 *     int exit = sandbox.run(List.of("cc", "-o", "hello", "/hello.c"), SandboxFlags.ROOT_READ_ONLY);
 * }
 * }</pre>
 *
 * <p>Paths of type {@link java.nio.file.Path} are on the host; paths of type {@link java.lang.String} are inside the
 * sandbox. Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j;

import org.jspecify.annotations.NullMarked;
