package org.sandbox4j.server;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.sandbox4j.SandboxUnavailableException;
import org.sandbox4j.protocol.archive.ArchiveException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where requests come in and answers go out. The HTTP library serves connections; what is answered, to the last header, is
 * ours, since clients know the answers of another server.
 */
final class Door implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(5);
    private static final Duration FAREWELL_LOOK = Duration.ofMillis(10);

    private static final int COPY_BUFFER = 16 << 10;

    private final Router router;
    private final SiteCheck sites;
    private final TokenCheck tokens;
    private final Metrics metrics;
    private final HeapShare memory;
    private final Places places;
    private final Clients clients;
    private final Javalin javalin;
    private final AtomicInteger serving = new AtomicInteger();

    private Door(
            Router router,
            SiteCheck sites,
            TokenCheck tokens,
            Metrics metrics,
            HeapShare memory,
            Places places,
            Pace pace) {
        this.router = router;
        this.sites = sites;
        this.tokens = tokens;
        this.metrics = metrics;
        this.memory = memory;
        this.places = places;
        clients = new Clients(pace);
        metrics.gauge("sandbox_clients_cut_off", clients::cutOff);
        javalin = Javalin.create(this::configure);
    }

    static Door open(
            Router router,
            SiteCheck sites,
            TokenCheck tokens,
            Metrics metrics,
            HeapShare memory,
            Places places,
            Pace pace,
            String address,
            int port) {
        Door door = new Door(router, sites, tokens, metrics, memory, places, pace);
        try {
            door.javalin.start(address, port);
        } catch (RuntimeException e) {
            door.javalin.stop();
            door.clients.close();
            throw new SandboxUnavailableException(
                    "listen",
                    "Cannot listen on " + address + ":" + port + ": " + e.getMessage()
                            + ". Is another server running there? Choose another port.",
                    e);
        }
        return door;
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.jetty.threadPool = threadPool(places.threads());
        config.jetty.modifyHttpConfiguration(Door::configure);
        config.jetty.modifyServer(this::watchConnections);
        config.jetty.modifyServletContextHandler(handler -> {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            handler.setMaxFormContentSize(Integer.MAX_VALUE); // Each form has a limit of its own.
        });
        config.routes.before(context -> {
            context.skipRemainingHandlers();
            Client client = clients.of(context.req());
            serving.incrementAndGet();
            try {
                enter(context.req(), context.res(), client);
            } finally {
                serving.decrementAndGet();
                client.answered();
            }
        });
    }

    /** The connector is made when the server starts. */
    private void watchConnections(Server server) {
        server.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarting(LifeCycle starting) {
                Stream.of(server.getConnectors()).forEach(connector -> connector.addBean(clients));
            }
        });
    }

    private static QueuedThreadPool threadPool(int threads) {
        QueuedThreadPool pool = new QueuedThreadPool(threads, 4, (int) TimeUnit.SECONDS.toMillis(30));
        pool.setName("sandbox-server");
        pool.setDaemon(true);
        return pool;
    }

    private static void configure(HttpConfiguration http) {
        http.setSendServerVersion(false);
        // Names of files may have anything in them.
        http.setUriCompliance(UriCompliance.UNSAFE);
    }

    /** Requests for which there is no place are refused rather than left to wait: also those that wait need a thread. */
    private void enter(HttpServletRequest request, HttpServletResponse response, Client client) throws IOException {
        Places.Place place;
        try {
            place = places.take(request.getMethod(), Percent.decode(request.getRequestURI()));
        } catch (Refusal e) {
            metrics.answered(request.getMethod(), e.answer().status());
            send(e.answer(), response, client);
            return;
        }
        try (place;
                HeapShare.Part part = memory.part()) {
            serve(request, response, client, part);
        }
    }

    private void serve(HttpServletRequest request, HttpServletResponse response, Client client, HeapShare.Part part)
            throws IOException {
        Answer answer;
        try {
            answer = ofOwnSite(request, client, part);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = Pages.SERVER_ERROR;
        }
        metrics.answered(request.getMethod(), answer.status());
        try {
            send(answer, response, client);
        } catch (Refusal e) {
            // Of a flow that has not begun to flow.
            if (response.isCommitted()) {
                throw e;
            }
            send(refused(request, e), response, client);
        }
    }

    /** Nothing of a request is read before. */
    private Answer ofOwnSite(HttpServletRequest request, Client client, HeapShare.Part part)
            throws InterruptedException {
        try {
            sites.check(request);
        } catch (Refusal e) {
            warn(request, e);
            return e.answer();
        }
        return answer(request, client, part);
    }

    private static Answer refused(HttpServletRequest request, Refusal e) {
        if (e.isForTheLog()) {
            warn(request, e);
        } else {
            LOG.debug(
                    "{} {}: {} {}",
                    request.getMethod(),
                    request.getRequestURI(),
                    e.answer().status(),
                    e.getMessage());
        }
        return e.answer();
    }

    private static void warn(HttpServletRequest request, Refusal e) {
        LOG.warn(
                "refused {} {}: {}",
                request.getMethod(),
                PlainText.of(request.getRequestURI()),
                PlainText.sentence(String.valueOf(e.getMessage())));
    }

    private Answer answer(HttpServletRequest request, Client client, HeapShare.Part part) throws InterruptedException {
        String path = Percent.decode(request.getRequestURI());
        try {
            Tenant tenant = tokens.check(path, request.getHeader("Authorization"));
            Router.Match match = router.find(request.getMethod(), path);
            return match.endpoint().answer(new Exchange(request, tenant, match.variables(), part, client));
        } catch (Refusal e) {
            return refused(request, e);
        } catch (ArchiveException e) {
            return refused(request, Refusal.upload(500, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("{} {} failed", request.getMethod(), path, e);
            return Pages.SERVER_ERROR;
        }
    }

    private static void send(Answer answer, HttpServletResponse response, Client client) throws IOException {
        try (InputStream content = content(answer)) {
            if (client.isCut()) {
                return;
            }
            response.reset();
            response.setStatus(answer.status());
            answer.headers().forEach(response::setHeader);
            OutputStream out = response.getOutputStream();
            if (answer.body() instanceof Answer.Flow flow) {
                flow.writer().writeTo(out);
                out.flush();
            } else {
                response.setContentLengthLong(length(answer));
                client.sending(sent -> copy(content, out, sent));
            }
        }
    }

    private static InputStream content(Answer answer) {
        if (answer.body() instanceof Answer.Bytes bytes) {
            return new ByteArrayInputStream(bytes.content);
        }
        return answer.body() instanceof Answer.Stream stream ? stream.content() : InputStream.nullInputStream();
    }

    private static long length(Answer answer) {
        if (answer.body() instanceof Answer.Bytes bytes) {
            return bytes.content.length;
        }
        return answer.body() instanceof Answer.Stream stream ? stream.length() : 0;
    }

    private static void copy(InputStream content, OutputStream out, AtomicLong sent) throws IOException {
        byte[] buffer = new byte[COPY_BUFFER];
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            out.write(buffer, 0, read);
            sent.addAndGet(read);
        }
        out.flush();
    }

    int port() {
        return javalin.port();
    }

    /** Lets answers that are on their way arrive, unless a client is slow to take its one, and closes. */
    @Override
    public void close() {
        try {
            long deadline = System.nanoTime() + LONGEST_FAREWELL.toNanos();
            while (serving.get() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(FAREWELL_LOOK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        javalin.stop();
        clients.close();
    }
}
