package org.sandbox4j.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, and what it is waited for now. Cut when that takes too long. Thread-safe. */
final class Client {
    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final String WHY = "The request came too slowly.";
    private static final byte[] REFUSAL = ("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
                    + "Content-Type: text/html; charset=utf-8\r\nContent-Length: " + WHY.length() + "\r\n\r\n" + WHY)
            .getBytes(StandardCharsets.ISO_8859_1);

    private final Connection connection;
    private final Pace pace;
    // All guarded by this.
    private long requestsAnswered;
    private long idleSince = System.nanoTime();
    private @Nullable Transfer transfer;
    private boolean cut;

    Client(Connection connection, Pace pace) {
        this.connection = connection;
        this.pace = pace;
    }

    private record Transfer(LongPredicate isTooSlow, boolean receiving) {}

    /** Something that waits for the client. */
    interface Step<T> {
        T take() throws IOException;
    }

    /** Sends bytes, and counts those that have gone. */
    interface Sending {
        void send(AtomicLong sent) throws IOException;
    }

    /** Sends a little. */
    interface Line {
        void send() throws IOException;
    }

    /** A request has been answered. */
    synchronized void answered() {
        requestsAnswered = connection.getMessagesIn();
        idleSince = System.nanoTime();
    }

    /** One whose headers are there is not waited for, also before a thread serves it. */
    private boolean isIdle() {
        return connection.getMessagesIn() == requestsAnswered;
    }

    /**
     * Takes in the body of a request.
     *
     * @throws Refusal if it came too slowly; the client has been told so already
     */
    <T> T receiving(Step<T> step) throws IOException {
        Progress progress = new Progress(pace, System.nanoTime());
        long before = connection.getBytesIn();
        return during(new Transfer(now -> progress.isTooSlow(now, connection.getBytesIn() - before), true), step);
    }

    /** Sends a body. */
    void sending(Sending sending) throws IOException {
        Progress progress = new Progress(pace, System.nanoTime());
        AtomicLong sent = new AtomicLong();
        during(new Transfer(now -> progress.isTooSlow(now, sent.get()), false), () -> {
            sending.send(sent);
            return sent;
        });
    }

    /** Sends a part of a body that grows while something runs, for which a client may take until that has to end, and then a little. */
    void sendingUntil(long deadline, Line line) throws IOException {
        long last = Math.max(deadline - System.nanoTime(), 0)
                + System.nanoTime()
                + pace.patience().toNanos();
        during(new Transfer(now -> now - last > 0, false), () -> {
            line.send();
            return line;
        });
    }

    private <T> T during(Transfer waitedFor, Step<T> step) throws IOException {
        synchronized (this) {
            transfer = waitedFor;
        }
        try {
            T result = step.take();
            if (leave()) {
                throw new IOException("The client has been cut off.");
            }
            return result;
        } catch (IOException | RuntimeException e) {
            if (leave() && waitedFor.receiving) {
                throw tooSlow(e); // What the step threw is only the consequence.
            }
            throw e;
        }
    }

    /** Tells whether the client was cut off meanwhile, which cannot happen afterwards. */
    private synchronized boolean leave() {
        transfer = null;
        return cut;
    }

    private static Refusal tooSlow(Exception consequence) {
        Refusal refusal = Refusal.line(408, WHY);
        refusal.addSuppressed(consequence);
        return refusal;
    }

    synchronized boolean isCut() {
        return cut;
    }

    /** Closes the connection if it is waited for too long; tells whether a request was lost by that. */
    synchronized boolean check(long now) {
        if (cut) {
            return false;
        }
        if (transfer != null) {
            cut = transfer.isTooSlow.test(now);
        } else if (isIdle()) {
            cut = now - idleSince > pace.patience().toNanos();
        }
        if (cut) {
            close(transfer);
        }
        return cut && transfer != null;
    }

    private void close(@Nullable Transfer during) {
        EndPoint endPoint = connection.getEndPoint();
        if (during == null) {
            LOG.debug(
                    "closed the connection of {}, on which no request came in time", endPoint.getRemoteSocketAddress());
        } else {
            LOG.warn(
                    "cut off {}: it {} too slowly",
                    endPoint.getRemoteSocketAddress(),
                    during.receiving ? "sent a request" : "took an answer");
            if (during.receiving) {
                refuse(endPoint);
            }
        }
        endPoint.close();
    }

    /** Whoever serves the request waits for its rest and has answered nothing; it sees only that the connection is closed. */
    private static void refuse(EndPoint endPoint) {
        if (endPoint instanceof SocketChannelEndPoint socket) {
            try {
                socket.getChannel().write(ByteBuffer.wrap(REFUSAL));
            } catch (IOException e) {
                LOG.debug("a slow client is not there to be told", e);
            }
        }
    }
}
