package org.sandbox4j.remote;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/**
 * A fake of a sandbox server that does what a script says, on raw sockets, well or badly. Each request takes the next script;
 * the last one stays. A connection ends after its script, unless it was kept.
 */
public final class FakeServer implements AutoCloseable {
    public interface Script {
        public void answer(Exchange exchange) throws IOException;
    }

    /** The text is the body, a character for each byte. */
    public record Request(String line, Map<String, String> headers, String text) {}

    /** One request and the way back. */
    public final class Exchange {
        private final Socket socket;
        private final Request request;
        private boolean kept;

        private Exchange(Socket socket, Request request) {
            this.socket = socket;
            this.request = request;
        }

        public Request request() {
            return request;
        }

        public void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }

        public void send(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        public void keep() {
            kept = true;
        }

        /** Does not even read, until the server is closed. */
        public void waitForClose() throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        /** Does nothing until the client goes away or the server is closed. */
        public void stall() throws IOException {
            while (!socket.isClosed() && socket.getInputStream().read() >= 0) {
                Thread.onSpinWait();
            }
            gone.countDown();
        }
    }

    private final ServerSocket listener;
    private final String scheme;
    private final Deque<Script> scripts;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final Thread acceptor;
    private boolean readsBodies = true;

    private FakeServer(ServerSocketFactory factory, String scheme, Script... scripts) throws IOException {
        this.scheme = scheme;
        this.scripts = new ArrayDeque<>(List.of(scripts));
        listener = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        acceptor = daemon(this::accept);
    }

    public static FakeServer answering(Script... scripts) throws IOException {
        return new FakeServer(ServerSocketFactory.getDefault(), "http", scripts);
    }

    public static FakeServer withTls(ServerSocketFactory factory, Script... scripts) throws IOException {
        return new FakeServer(factory, "https", scripts);
    }

    /** Scripts then run when the headers have come. */
    public FakeServer notReadingBodies() {
        readsBodies = false;
        return this;
    }

    public static Script status(int status, String body, String... headers) {
        return exchange -> exchange.send("HTTP/1.1 " + status + " Fake\r\n" + lines(headers) + "Content-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n" + body);
    }

    /** As the development server answers: the end of the body is the end of the connection. */
    public static Script json(String body) {
        return raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body);
    }

    public static Script raw(String text) {
        return exchange -> exchange.send(text);
    }

    private static String lines(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.toString();
    }

    public URI uri() {
        return URI.create(scheme + "://" + (scheme.equals("https") ? "localhost" : "127.0.0.1") + ":"
                + listener.getLocalPort() + "/");
    }

    public int connections() {
        return connections.get();
    }

    public List<Request> requests() {
        return requests;
    }

    /** Counts down when a client has left a stalled connection. */
    public CountDownLatch clientGone() {
        return gone;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "fake-server");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket socket = listener.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean kept = true;
            while (kept) {
                Exchange exchange = new Exchange(socket, read(in));
                requests.add(exchange.request());
                next().answer(exchange);
                kept = exchange.kept;
            }
        } catch (IOException e) {
            // The client went away.
        } finally {
            sockets.remove(socket);
        }
    }

    private synchronized Script next() {
        return scripts.size() > 1 ? scripts.pop() : scripts.element();
    }

    private Request read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(readsBodies ? length : 0);
        return new Request(line, headers, new String(body, StandardCharsets.ISO_8859_1));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("The client went away.");
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** A thread that is about to leave the kernel might still accept somebody. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
