package org.sandbox4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.sandbox4j.server.SandboxHttpServer;

/** A JVM of its own with a sandbox server, so that its memory can be looked at. See {@link LineServer}. */
final class ServerProgram {
    private ServerProgram() {}

    /** Takes the server's data directory. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SandboxHttpServer server = SandboxHttpServer.builder()
                .dataDirectory(Path.of(arguments[0]))
                .port(0)
                .queueWait(Duration.ofSeconds(30))
                .grace(Duration.ofMillis(1))
                .start()) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                answers.println(
                        order.equals("memory")
                                ? PeakMemory.ofThisJvm().toLine()
                                : server.url().toString());
            }
        }
    }
}
