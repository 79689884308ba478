package org.sandbox4j.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.WireCodec;

/** The endpoints of the protocol as other servers have them. */
final class ShellEndpoints {
    private static final String UUID = "([0-9a-f-]{36})";

    private final Settings settings;
    private final Path uploads;
    private final EnvironmentStore environments;
    private final ShellService shell;
    private final HostInformation information;
    private final LibraryList libraries;
    private final RunGate gate;

    ShellEndpoints(
            Settings settings,
            Path uploads,
            EnvironmentStore environments,
            ShellService shell,
            HostInformation information,
            LibraryList libraries,
            RunGate gate) {
        this.settings = settings;
        this.uploads = uploads;
        this.environments = environments;
        this.shell = shell;
        this.information = information;
        this.libraries = libraries;
        this.gate = gate;
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
        try (Form form = Form.read(exchange, "config", uploads, settings.uploadBytes())) {
            ExecuteConfig<StoredEnvironment> config = ExecuteConfig.read(form.text(), environments::find);
            ExecuteResponse response =
                    gate.run(ActiveRuns.newId(), control -> shell.execute(config, form.file(), control));
            return Answer.json(WireCodec.write(response));
        }
    }

    private StoredEnvironment stored(String id) {
        return environments.find(id).orElseThrow(() -> unknown(id));
    }

    private static Refusal unknown(String id) {
        return Refusal.notFound("No environment with UUID '" + id + "' found");
    }

    private Answer environment(Exchange exchange) throws IOException {
        StoredEnvironment environment = stored(exchange.variables().get(0));
        InputStream archive = environments
                .openIfThere(environment.archive())
                .orElseThrow(() -> unknown(environment.id().toString()));
        return Answer.stream("application/gzip", archive, environments.size(environment.archive()))
                .with(ContentDisposition.HEADER, ContentDisposition.attachment(environment.id() + ".tgz"));
    }

    private Answer file(Exchange exchange) throws IOException {
        StoredEnvironment environment = stored(exchange.variables().get(0));
        String path = exchange.variables().get(1);
        Optional<ArchiveFile> found = ArchiveFile.find(() -> environments.open(environment.archive()), path);
        ArchiveFile file = found.orElseThrow(
                () -> Refusal.notFound("File '" + path + "' not found in environment '" + environment.id() + "'"));
        String name = path.substring(path.lastIndexOf('/') + 1);
        return Answer.stream("application/octet-stream", file.content(), file.length())
                .with(ContentDisposition.HEADER, ContentDisposition.attachment(name));
    }
}
