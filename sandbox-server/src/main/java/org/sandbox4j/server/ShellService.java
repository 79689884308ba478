package org.sandbox4j.server;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sandbox4j.SandboxException;
import org.sandbox4j.protocol.ExecuteResponse;
import org.sandbox4j.protocol.SavedEnvironment;
import org.sandbox4j.protocol.archive.ArchiveWriter;

/** Carries out {@code POST /execute/}. Thread-safe. */
final class ShellService {
    private static final Map<String, String> VARIABLES = Map.of(
            "HOSTNAME", "sandbox",
            "HOME", "/",
            "LANG", "C.UTF-8",
            "PATH", ShellRoom.LIBRARIES + "/:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "PYTHONPATH", ShellRoom.LIBRARIES + "/:");

    private final Settings settings;
    private final ShellRooms rooms;
    private final EnvironmentStore environments;
    private final Unpacking unpacking;
    private final Map<String, String> variables;

    ShellService(Settings settings, ShellRooms rooms, EnvironmentStore environments) {
        this.settings = settings;
        this.rooms = rooms;
        this.environments = environments;
        unpacking = new Unpacking(environments, settings.limits());
        variables = new LinkedHashMap<>(VARIABLES);
        variables.putAll(settings.environ());
    }

    ExecuteResponse execute(
            Tenant tenant,
            ExecuteConfig<StoredEnvironment> config,
            Optional<ByteSource> upload,
            RunControl control,
            HeapShare.Part memory)
            throws IOException, InterruptedException {
        requireUnicode(config);
        try (ShellPlace place = rooms.take()) {
            long start = System.nanoTime();
            unpack(place, config.environment(), upload);
            ShellCommands commands = new ShellCommands(
                    new SupervisedRuns(place.sandbox(), control, place.diskBudget(settings.limits())),
                    Environ.over(variables, config.environ()),
                    settings.shellBudget(),
                    new OutputTotal(settings.requestLimits(), memory),
                    settings.limits().outputBytes());
            int status = commands.run(config.commands());
            Optional<ResultFile> result = result(place, config, memory);
            Duration total = Duration.ofNanos(System.nanoTime() - start);
            return new ExecuteResponse(
                    result.map(ResultFile::status).filter(code -> code != 0).orElse(status),
                    commands.results(),
                    total,
                    config.save() ? Optional.of(save(tenant, place)) : Optional.empty(),
                    result.flatMap(ResultFile::text));
        }
    }

    private void unpack(ShellPlace place, Optional<StoredEnvironment> saved, Optional<ByteSource> upload)
            throws IOException {
        try {
            place.unpack(unpacking, saved, upload);
        } catch (Refusal e) {
            throw e;
        } catch (SandboxException e) {
            // Other servers answer with the same status, and without a word.
            throw Refusal.upload(500, "'environment' is refused - " + e.getMessage());
        }
    }

    private static void requireUnicode(ExecuteConfig<?> config) {
        boolean unicode = config.commands().stream().map(ConfigCommand::line).allMatch(Environ::isUnicode)
                && config.environ().entrySet().stream()
                        .allMatch(variable ->
                                Environ.isUnicode(variable.getKey()) && Environ.isUnicode(variable.getValue()));
        if (!unicode) {
            throw Refusal.serverError("half of a surrogate pair in a command or variable");
        }
    }

    private Optional<ResultFile> result(ShellPlace place, ExecuteConfig<?> config, HeapShare.Part memory)
            throws IOException {
        return config.resultPath().isEmpty()
                ? Optional.empty()
                : Optional.of(ResultFile.read(
                        place.home(),
                        config.resultPath().get(),
                        settings.limits().outputBytes(),
                        memory));
    }

    private SavedEnvironment save(Tenant tenant, ShellPlace place) throws IOException {
        ArchiveWriter writer = ArchiveWriter.create()
                .withLimits(settings.limits().forOwnArchives())
                .skippingSpecialFiles();
        try {
            StoredEnvironment saved = environments.save(tenant, out -> writer.write(place.home(), out));
            return new SavedEnvironment(saved.id(), saved.expires());
        } catch (SandboxException e) {
            throw Refusal.upload(500, "The environment is not saved - " + e.getMessage());
        }
    }
}
