package org.sandbox4j.remote.fleet;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sandbox4j.remote.Answers;
import org.sandbox4j.remote.FakeServer;

/** A fake of a sandbox server that answers each endpoint by a script of its own, well unless told otherwise. */
public final class FakeFleetServer implements AutoCloseable {
    private final Map<String, FakeServer.Script> scripts = new ConcurrentHashMap<>();
    private final FakeServer server = FakeServer.answering(this::answer);

    public FakeFleetServer() throws IOException {
        on("specifications", FakeServer.json(Answers.SPECIFICATIONS));
        on("usages", FakeServer.json(Answers.USAGES));
        on("libraries", FakeServer.json(Answers.LIBRARIES));
        on("execute", FakeServer.json(Answers.OK));
    }

    public FakeFleetServer on(String endpoint, FakeServer.Script script) {
        scripts.put(endpoint, script);
        return this;
    }

    /** Whatever is asked. */
    FakeFleetServer always(FakeServer.Script script) {
        scripts.replaceAll((endpoint, before) -> script);
        return this;
    }

    private void answer(FakeServer.Exchange exchange) throws IOException {
        for (Map.Entry<String, FakeServer.Script> script : scripts.entrySet()) {
            if (exchange.request().line().contains("/" + script.getKey() + "/")) {
                script.getValue().answer(exchange);
                return;
            }
        }
        FakeServer.status(404, "Not here").answer(exchange);
    }

    public URI uri() {
        return server.uri();
    }

    long calls(String endpoint) {
        return server.requests().stream()
                .filter(request -> request.line().contains("/" + endpoint + "/"))
                .count();
    }

    int calls() {
        return server.requests().size();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
