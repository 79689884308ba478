package org.sandbox4j.server;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts a server from the command line. */
final class Main {
    private static final int WRONG_USE = 2;

    /** Of the logger that comes with the program. */
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Main() {}

    /** Ends with 2 when the settings are wrong, and with 1 when the server cannot be started. */
    public static void main(String[] args) throws InterruptedException {
        List<String> arguments = List.of(args);
        if (arguments.contains("--help")) {
            System.out.print(CommandLine.help());
            return;
        }
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "warn");
        }
        SandboxHttpServer server;
        try {
            SandboxHttpServerBuilder builder = CommandLine.parse(arguments);
            server = builder.start();
        } catch (IllegalArgumentException e) {
            end(WRONG_USE, e);
            return;
        } catch (RuntimeException e) {
            end(1, e);
            return;
        }
        CountDownLatch stop = new CountDownLatch(1);
        StopSignals.handle(stop::countDown);
        System.out.println("Listening on " + server.url());
        stop.await();
        server.close();
        System.exit(0);
    }

    private static void end(int status, RuntimeException e) {
        System.err.println(e.getMessage());
        System.exit(status);
    }
}
