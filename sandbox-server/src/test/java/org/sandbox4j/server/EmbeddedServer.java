package org.sandbox4j.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program with a server in it that leaves everything to the JVM when it is told to stop. */
final class EmbeddedServer {
    private EmbeddedServer() {}

    /** Takes the data directory and the time of grace. */
    public static void main(String[] arguments) throws InterruptedException {
        SandboxHttpServer server = SandboxHttpServer.builder()
                .dataDirectory(Path.of(arguments[0]))
                .grace(Duration.parse(arguments[1]))
                .port(0)
                .start();
        System.out.println("Listening on " + server.url());
        new CountDownLatch(1).await();
    }
}
