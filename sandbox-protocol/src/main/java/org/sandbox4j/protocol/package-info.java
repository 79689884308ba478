/**
 * The values of the sandbox-server protocol and their JSON.
 *
 * <pre>{@code
 * ExecuteRequest request = ExecuteRequest.builder()
 *         .command("make -j4")
 *         .command(ShellCommand.of("make check").withTimeout(Duration.ofSeconds(5)))
 *         .environ("LANG", "C.UTF-8")
 *         .build();
 * byte[] config = WireCodec.write(request);
 * }</pre>
 *
 * <p>Paths of type {@link java.lang.String} are inside the environment of a request, relative to its top. Nothing is null
 * unless it says so.
 */
@NullMarked
package org.sandbox4j.protocol;

import org.jspecify.annotations.NullMarked;
