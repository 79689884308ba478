package org.sandbox4j.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Greets everybody who connects to a port of this host's loopback. */
final class HostListener implements AutoCloseable {
    static final String GREETING = "greetings from the host\n";

    private final ServerSocket socket;

    HostListener() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Thread thread = new Thread(this::greet, "host listener");
        thread.setDaemon(true);
        thread.start();
    }

    String port() {
        return Integer.toString(socket.getLocalPort());
    }

    private void greet() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                connection.getOutputStream().write(GREETING.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // Closed, or the other side was gone first: the check sees it from there.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
