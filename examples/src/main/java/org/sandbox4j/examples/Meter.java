package org.sandbox4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server on loopback and counts the bytes that pass. */
final class Meter implements AutoCloseable {
    private final ServerSocket door;
    private final URI server;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();

    private Meter(ServerSocket door, URI server) {
        this.door = door;
        this.server = server;
    }

    static Meter before(URI server) throws IOException {
        Meter meter = new Meter(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
        meter.inBackground(meter::accept);
        return meter;
    }

    /** Where clients find the server. */
    URI url() {
        return URI.create("http://" + server.getHost() + ":" + door.getLocalPort() + "/");
    }

    /** Bytes that clients have sent. */
    long sent() {
        return sent.get();
    }

    /** Bytes that the server has sent. */
    long received() {
        return received.get();
    }

    private interface Work {
        void run() throws IOException;
    }

    private void inBackground(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The connection, or the meter, was closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket behind = new Socket(server.getHost(), server.getPort());
            inBackground(() -> pass(client, behind, sent));
            inBackground(() -> pass(behind, client, received));
        }
    }

    private static void pass(Socket from, Socket to, AtomicLong count) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[64 << 10];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                count.addAndGet(read);
                out.write(chunk, 0, read);
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
