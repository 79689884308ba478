package org.sandbox4j.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.WireCodec;

/** The endpoints of the protocol as other servers have them. */
final class ShellEndpoints {
    private static final int MAX_CONFIG_BYTES = 2_621_440;
    private static final String UUID = "([0-9a-f-]{36})";

    private final Settings settings;
    private final Path uploads;
    private final EnvironmentStore environments;
    private final StoredArchives archives;
    private final ShellService shell;
    private final HostInformation information;
    private final LibraryList libraries;
    private final RunGate gate;
    private final AnswerBook book;

    ShellEndpoints(
            Settings settings,
            Path uploads,
            EnvironmentStore environments,
            StoredArchives archives,
            ShellService shell,
            HostInformation information,
            LibraryList libraries,
            RunGate gate,
            AnswerBook book) {
        this.settings = settings;
        this.uploads = uploads;
        this.environments = environments;
        this.archives = archives;
        this.shell = shell;
        this.information = information;
        this.libraries = libraries;
        this.gate = gate;
        this.book = book;
    }

    void addTo(Router router) {
        router.add("GET", "/specifications/", exchange -> Answer.json(WireCodec.write(information.specifications())))
                .add("GET", "/usages/", exchange -> Answer.json(WireCodec.write(information.usages())))
                .add("GET", "/libraries/", exchange -> Answer.json(WireCodec.write(libraries.get())))
                .add("POST", "/execute/", this::execute)
                .add("GET", "/environments/" + UUID + "/", this::environment)
                .add("GET", "/files/" + UUID + "/(.+)/", this::file);
    }

    private Answer execute(Exchange exchange) throws Exception {
        try (Form form = Form.read(exchange, "config", MAX_CONFIG_BYTES, uploads, settings.uploadBytes())) {
            ExecuteConfig<StoredEnvironment> config =
                    ExecuteConfig.read(form.text(), id -> environments.find(exchange.tenant(), id));
            settings.requestLimits().checkCommands(config.commands().size());
            byte[] text = form.text().orElse("").getBytes(StandardCharsets.UTF_8);
            return book.answer(exchange.tenant(), exchange.header("Idempotency-Key"), text, () -> {
                ExecuteResponse response = gate.run(
                        exchange.tenant(),
                        ActiveRuns.newId(),
                        control -> shell.execute(exchange.tenant(), config, form.file(), control, exchange.memory()));
                return Answer.json(WireCodec.write(response));
            });
        }
    }

    private StoredEnvironment stored(Exchange exchange) {
        String id = exchange.variables().get(0);
        return environments.find(exchange.tenant(), id).orElseThrow(() -> Unpacking.unknown(id));
    }

    private Answer environment(Exchange exchange) throws Exception {
        StoredEnvironment environment = archives.flat(stored(exchange));
        return archives.answer(environment.layers().get(0).archive(), environment.id() + ".tgz");
    }

    private Answer file(Exchange exchange) throws Exception {
        StoredEnvironment environment = stored(exchange);
        String path = exchange.variables().get(1);
        ArchiveFile file = archives.file(environment, path)
                .orElseThrow(() ->
                        Refusal.notFound("File '" + path + "' not found in environment '" + environment.id() + "'"));
        String name = path.substring(path.lastIndexOf('/') + 1);
        return Answer.stream("application/octet-stream", file.content(), file.length())
                .with(ContentDisposition.HEADER, ContentDisposition.attachment(name));
    }
}
