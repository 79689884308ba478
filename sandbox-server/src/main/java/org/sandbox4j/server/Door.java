package org.sandbox4j.server;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
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

    private final Router router;
    private final SiteCheck sites;
    private final TokenCheck tokens;
    private final Metrics metrics;
    private final Javalin javalin;
    private final AtomicInteger serving = new AtomicInteger();

    private Door(Router router, SiteCheck sites, TokenCheck tokens, Metrics metrics, int threads) {
        this.router = router;
        this.sites = sites;
        this.tokens = tokens;
        this.metrics = metrics;
        javalin = Javalin.create(config -> configure(config, threads));
    }

    static Door open(
            Router router, SiteCheck sites, TokenCheck tokens, Metrics metrics, String address, int port, int threads) {
        Door door = new Door(router, sites, tokens, metrics, threads);
        try {
            door.javalin.start(address, port);
        } catch (RuntimeException e) {
            door.javalin.stop();
            throw new SandboxUnavailableException(
                    "listen",
                    "Cannot listen on " + address + ":" + port + ": " + e.getMessage()
                            + ". Is another server running there? Choose another port.",
                    e);
        }
        return door;
    }

    private void configure(JavalinConfig config, int threads) {
        config.startup.showJavalinBanner = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.jetty.threadPool = threadPool(threads);
        config.jetty.modifyHttpConfiguration(Door::configure);
        config.jetty.modifyServletContextHandler(handler -> {
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
            handler.setMaxFormContentSize(Integer.MAX_VALUE); // Each form has a limit of its own.
        });
        config.routes.before(context -> {
            context.skipRemainingHandlers();
            serving.incrementAndGet();
            try {
                serve(context.req(), context.res());
            } finally {
                serving.decrementAndGet();
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

    private void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Answer answer;
        try {
            answer = ofOwnSite(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = Pages.SERVER_ERROR;
        }
        metrics.answered(request.getMethod(), answer.status());
        try {
            send(answer, response);
        } catch (Refusal e) {
            // Of a flow that has not begun to flow.
            if (response.isCommitted()) {
                throw e;
            }
            send(refused(request, e), response);
        }
    }

    /** Nothing of a request is read before. */
    private Answer ofOwnSite(HttpServletRequest request) throws InterruptedException {
        try {
            sites.check(request);
        } catch (Refusal e) {
            warn(request, e);
            return e.answer();
        }
        return answer(request);
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

    private Answer answer(HttpServletRequest request) throws InterruptedException {
        String path = Percent.decode(request.getRequestURI());
        try {
            Tenant tenant = tokens.check(path, request.getHeader("Authorization"));
            Router.Match match = router.find(request.getMethod(), path);
            return match.endpoint().answer(new Exchange(request, tenant, match.variables()));
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

    private static void send(Answer answer, HttpServletResponse response) throws IOException {
        response.reset();
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        OutputStream out = response.getOutputStream();
        if (answer.body() instanceof Answer.Bytes bytes) {
            response.setContentLengthLong(bytes.content.length);
            out.write(bytes.content);
        } else if (answer.body() instanceof Answer.Stream stream) {
            response.setContentLengthLong(stream.length());
            try (InputStream content = stream.content()) {
                content.transferTo(out);
            }
        } else if (answer.body() instanceof Answer.Flow flow) {
            flow.writer().writeTo(out);
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
    }
}
