/**
 * Talks to sandbox servers over HTTP.
 *
 * <pre>{@code
 * try (SandboxClient client = SandboxClient.builder(URI.create("https://sandbox.example.org/")).build()) {
 *     ExecuteRequest request = ExecuteRequest.builder().command("make check").save(true).build();
 *     ExecuteResponse response = client.execute(request, Upload.of(Path.of("project.tgz")));
 *     client.downloadEnvironment(response.environment().orElseThrow().id(), Path.of("result.tgz"));
 * }
 * }</pre>
 *
 * <p>Everything that fails on the way to a server, in it, or on the way back is a
 * {@link org.sandbox4j.remote.ServerException}, which says whether commands may have run. Nothing is null unless it says so.
 */
@NullMarked
package org.sandbox4j.remote;

import org.jspecify.annotations.NullMarked;
