/**
 * A sandbox server, to be embedded or started with {@code java -jar}.
 *
 * <pre>{@code
 * try (SandboxHttpServer server = SandboxHttpServer.builder()
 *         .dataDirectory(Path.of("/var/lib/sandbox4j"))
 *         .port(0)
 *         .start()) {
 *     System.out.println(server.url());
 * }
 * }</pre>
 *
 * <p>Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j.server;

import org.jspecify.annotations.NullMarked;
