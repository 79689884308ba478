package org.sandbox4j.server;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connections. Looks often whether one of them is too slow. Thread-safe. */
final class Clients implements Connection.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);

    private static final long LONGEST_PAUSE_MILLIS = 1000;
    private static final int LOOKS_IN_PATIENCE = 4;

    private final Pace pace;
    private final Map<Connection, Client> clients = new ConcurrentHashMap<>();
    private final AtomicLong cutOff = new AtomicLong();
    private final ScheduledExecutorService watch;

    Clients(Pace pace) {
        this.pace = pace;
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "sandbox-server-clients");
            thread.setDaemon(true);
            return thread;
        });
        long pause = Math.max(1, Math.min(LONGEST_PAUSE_MILLIS, pace.patience().toMillis() / LOOKS_IN_PATIENCE));
        ScheduledFuture<?> unused = watch.scheduleWithFixedDelay(this::check, pause, pause, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onOpened(Connection connection) {
        clients.put(connection, new Client(connection, pace));
    }

    @Override
    public void onClosed(Connection connection) {
        clients.remove(connection);
    }

    /** The client that sent a request. */
    Client of(HttpServletRequest request) {
        Connection connection = ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection();
        Client client = clients.get(connection);
        // One that is closed already is forgotten, and may not come back.
        return client != null ? client : new Client(connection, pace);
    }

    /** How many requests or answers were cut off. */
    long cutOff() {
        return cutOff.get();
    }

    private void check() {
        long now = System.nanoTime();
        for (Client client : clients.values()) {
            try {
                if (client.check(now)) {
                    cutOff.incrementAndGet();
                }
            } catch (RuntimeException e) {
                // Thrown on, it would end the watch.
                LOG.warn("a connection could not be looked at", e);
            }
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
