package org.sandbox4j.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.sandbox4j.Isolation;
import org.sandbox4j.Stdio;
import org.sandbox4j.protocol.JsonLimits;
import org.sandbox4j.protocol.RootCodec;
import org.sandbox4j.protocol.RootRequest;
import org.sandbox4j.protocol.RootResponse;
import org.sandbox4j.protocol.WireFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoints that other servers do not have: runs with a root file system of their own, and what goes with them. */
final class RunEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(RunEndpoints.class);
    private static final int MAX_REQUEST_BYTES = 32 << 20;
    private static final String UUID_PATH = "([0-9a-f-]{36})";
    private static final String EVENTS = "application/x-ndjson";
    private static final Optional<Stdio> LIVE = Optional.of(Stdio.pipe());

    private final Settings settings;
    private final Path uploads;
    private final EnvironmentStore environments;
    private final StoredArchives archives;
    private final RootService service;
    private final RunGate gate;
    private final ActiveRuns active;
    private final AnswerBook book;
    private final Set<Isolation> isolation;

    RunEndpoints(
            Settings settings,
            Path uploads,
            EnvironmentStore environments,
            StoredArchives archives,
            RootService service,
            RunGate gate,
            ActiveRuns active,
            AnswerBook book,
            Set<Isolation> isolation) {
        this.settings = settings;
        this.uploads = uploads;
        this.environments = environments;
        this.archives = archives;
        this.service = service;
        this.gate = gate;
        this.active = active;
        this.book = book;
        this.isolation = isolation;
    }

    void addTo(Router router, Set<String> extensions) {
        router.add("GET", "/runs/", exchange -> describe())
                .add("POST", "/runs/", this::run)
                .add("DELETE", "/runs/" + UUID_PATH + "/", this::cancel)
                .add("GET", "/environments/" + UUID_PATH + "/changes/", this::changes)
                .add("DELETE", "/environments/" + UUID_PATH + "/", this::delete);
        extensions.addAll(Set.of("root", "delta", "stream", "cancel", "delete", "idempotency", "queue"));
        // Without tokens everybody is one tenant, and the ids are all that protects environments.
        if (!settings.tokens().isEmpty()) {
            router.add("GET", "/environments/", this::list);
            extensions.addAll(Set.of("list", "token"));
        }
    }

    private Answer describe() {
        return JsonAnswer.of(200, json -> {
            json.writeArrayFieldStart("isolation");
            for (Isolation guarantee : isolation) {
                json.writeString(guarantee.name());
            }
            json.writeEndArray();
            json.writeNumberField("output_bytes", settings.limits().outputBytes());
            json.writeNumberField(
                    "request_output_bytes", settings.requestLimits().outputBytes());
            json.writeNumberField("commands", settings.requestLimits().commands());
            json.writeNumberField("upload_bytes", settings.uploadBytes());
            json.writeNumberField("budget", settings.rootBudget().toNanos());
            json.writeBooleanField("network", settings.policy().network());
            json.writeStringField("seccomp", settings.policy().weakest().name());
        });
    }

    private Answer run(Exchange exchange) throws Exception {
        String id = runId(exchange);
        if (exchange.header("Accept").filter(EVENTS::equals).isPresent()) {
            return Answer.flow(EVENTS, out -> stream(exchange, id, out));
        }
        try (Form form = form(exchange)) {
            byte[] text = text(form);
            RootRequest request = request(text);
            settings.requestLimits().checkCommands(request.commands().size());
            refuseLiveInput(request);
            return book.answer(exchange.tenant(), exchange.header("Idempotency-Key"), text, () -> {
                RootResponse response = gate.run(
                        exchange.tenant(),
                        id,
                        control -> service.run(
                                exchange.tenant(),
                                request,
                                form.file(),
                                control,
                                exchange.memory(),
                                RootCommands.SILENT));
                return Answer.json(RootCodec.write(response));
            });
        }
    }

    private void stream(Exchange exchange, String id, OutputStream out) throws IOException {
        try (Form form = form(exchange)) {
            RootRequest request = request(text(form));
            settings.requestLimits().checkCommands(request.commands().size());
            gate.run(exchange.tenant(), id, control -> {
                RunEvents events = new RunEvents(id, out, control, exchange.client(), settings.rootBudget());
                try {
                    events.answered(RootCodec.write(
                            service.run(exchange.tenant(), request, form.file(), control, exchange.memory(), events)));
                } catch (IOException | RuntimeException e) {
                    if (!events.hasBegun()) {
                        throw e;
                    }
                    LOG.warn("run {} failed", id, e);
                    events.failed();
                }
                return id;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw Refusal.serverError(e.toString());
        }
    }

    private Form form(Exchange exchange) throws IOException {
        return Form.read(exchange, "request", MAX_REQUEST_BYTES, uploads, settings.uploadBytes());
    }

    private static byte[] text(Form form) {
        return form.text()
                .orElseThrow(() -> Refusal.badRequest("Missing argument 'request'"))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static RootRequest request(byte[] text) throws IOException {
        try {
            return RootCodec.readRequest(new ByteArrayInputStream(text), JsonLimits.DEFAULT);
        } catch (WireFormatException e) {
            throw Refusal.badRequest("'request' is invalid - " + e.getMessage());
        }
    }

    private static void refuseLiveInput(RootRequest request) {
        if (request.commands().stream().anyMatch(command -> command.stdin().equals(LIVE))) {
            throw Refusal.badRequest(
                    "Input can only be sent while a command runs if the answer is a stream: send Accept: " + EVENTS
                            + ".");
        }
    }

    private static String runId(Exchange exchange) {
        Optional<String> chosen = exchange.header("Run-Id");
        if (chosen.isPresent() && !EnvironmentStore.isId(chosen.get())) {
            throw Refusal.badRequest("A Run-Id is a UUID in lower case with hyphens.");
        }
        return chosen.orElseGet(ActiveRuns::newId);
    }

    private Answer cancel(Exchange exchange) {
        active.find(exchange.tenant(), exchange.variables().get(0)).cancel();
        return Answer.empty(204);
    }

    private Answer changes(Exchange exchange) throws IOException {
        String id = exchange.variables().get(0);
        StoredEnvironment environment =
                environments.find(exchange.tenant(), id).orElseThrow(() -> Unpacking.unknown(id));
        if (!environment.changed()) {
            throw Refusal.notFound("The commands changed nothing, or the changes have been merged with the rest.");
        }
        Layer last = environment.layers().get(environment.layers().size() - 1);
        return archives.answer(last.archive(), id + "-changes.tgz");
    }

    private Answer delete(Exchange exchange) throws IOException {
        String id = exchange.variables().get(0);
        if (!environments.delete(exchange.tenant(), id)) {
            throw Unpacking.unknown(id);
        }
        return Answer.empty(204);
    }

    private Answer list(Exchange exchange) {
        return JsonAnswer.of(200, json -> {
            json.writeArrayFieldStart("environments");
            for (StoredEnvironment environment : environments.list(exchange.tenant())) {
                json.writeStartObject();
                json.writeStringField("id", environment.id().toString());
                json.writeStringField("expire", environment.expires().toString());
                json.writeNumberField(
                        "bytes",
                        environment.objects().mapToLong(environments::size).sum());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
